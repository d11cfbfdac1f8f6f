import classes from './wiz-mark.module.css'

/** A sign for connections to Wiz; a letter, because the logo is theirs. */
export function WizMark() {
  return (
    <span className={classes.mark} aria-hidden="true">
      W
    </span>
  )
}
