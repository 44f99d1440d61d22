/** What breaks a line, cannot be seen, or turns the direction of the words after it. Joiners stay: emoji and some scripts need them. */
const NOT_OF_A_LINE = /[\p{Cc}\p{Bidi_Control}\s]+/gu

/** `text` in one line that no character of it can turn round: for names inside our own sentences, menus and notifications. */
export function oneLine(text: string): string {
  return text.replace(NOT_OF_A_LINE, ' ').trim()
}
