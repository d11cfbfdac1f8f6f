/** All the forms in which a secret could hide in some text. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const escaped = JSON.stringify(secret).slice(1, -1)
  const forms = [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    bytes.toString('hex'),
    secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    ...[0, 1, 2].flatMap((shift) => base64Core(bytes, shift)),
  ]
  return [...new Set(forms.flatMap((form) => [form, form.toLowerCase(), form.toUpperCase()]))]
}

/** What base64 makes of bytes that stand behind some others, without the letters that depend on the neighbours. */
function base64Core(bytes: Buffer, shift: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes])
  const whole = Math.floor(padded.length / 3) * 3
  const from = shift === 0 ? 0 : 4
  return (['base64', 'base64url'] as const).map((encoding) => padded.subarray(0, whole).toString(encoding).slice(from))
}

/** Which secrets a text holds, in whatever form; told by name, so that the answer holds none. */
export function leaksIn(text: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].filter(([, secret]) => formsOf(secret).some((form) => text.includes(form))).map(([name]) => name)
}
