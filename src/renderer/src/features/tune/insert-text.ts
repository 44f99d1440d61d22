/** Writes over everything in a box as if it had been pasted, so that undo brings back what stood there. Moves the focus into it. */
export function insertText(box: HTMLTextAreaElement, value: string): void {
  box.focus()
  box.select()
  // Deprecated, and the only way that keeps the box's own undo.
  document.execCommand('insertText', false, value)
}
