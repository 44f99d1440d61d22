/** What a window shows before its page has painted: `--paper` of the page's colour tokens. */
export const PAPER = { light: '#f5f4ef', dark: '#121514' }
