interface View {
  scrollTop: number
  clientHeight: number
  scrollHeight: number
}

/** Whether the newest line is in view. A few pixels of slack for zoom. */
function atNewest(view: View): boolean {
  return view.scrollHeight - view.scrollTop - view.clientHeight < 32
}

/**
 * Whether new lines may scroll themselves into view, after a scroll from `lastTop`. Only a scroll upwards ends it: a line
 * that arrives while the view still moves down is not a person reading back.
 */
export function follows(following: boolean, lastTop: number, view: View): boolean {
  return atNewest(view) || (following && view.scrollTop >= lastTop - 1)
}
