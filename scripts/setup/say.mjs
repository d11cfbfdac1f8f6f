/** Tells the person at the terminal what is being done; stdout is left to data. */
export function say(sentence) {
  process.stderr.write(`setup: ${sentence}\n`)
}

/** Ends the set-up with one sentence that says what to do next. */
export function giveUp(sentence, exitCode = 1) {
  say(sentence)
  process.exit(exitCode)
}
