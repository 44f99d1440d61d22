/** Whether the newest line is in view, so that new lines may scroll it into view. A few pixels of slack for zoom. */
export function atNewest(view: { scrollTop: number; clientHeight: number; scrollHeight: number }): boolean {
  return view.scrollHeight - view.scrollTop - view.clientHeight < 32
}
