/** Goes on to the page that was asked for; loads it anew, so that nothing of before stays in memory. */
export function enter(from: string | undefined): void {
  // Only addresses of our own: neither another site nor a script.
  const isOurs = from?.startsWith('/') && !from.startsWith('//') && !from.startsWith('/\\')
  location.replace(isOurs && from ? from : '/')
}
