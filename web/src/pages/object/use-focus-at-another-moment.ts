import { useEffect, useRef } from 'react'

/** Where what had the focus is gone with the moment that was shown, the keys go on in the content. */
export function useFocusAtAnotherMoment(at: string | undefined, isShown: boolean): void {
  const last = useRef(at)
  useEffect(() => {
    if (!isShown || last.current === at) return
    last.current = at
    if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true })
  }, [at, isShown])
}
