import type { Denial } from './access.ts'

interface DeniedPage {
  status: 400 | 401 | 403
  title: string
  text: string
}

const newLink =
  'Each link opens one browser. For a new one, press Enter in the terminal where Parley runs, or end Parley there with Ctrl+C and run “npm start” again.'

/**
 * What somebody who is not let in reads. Under another host name nobody reads anything: a page of that name, pointed at
 * this machine (DNS rebinding), would be of the same origin as the answer.
 */
export type ReadDenial = Exclude<Denial, 'foreign-host'>
export const deniedPages: Readonly<Record<ReadDenial, DeniedPage>> = {
  'bad-request': { status: 400, title: 'This request makes no sense', text: 'Open the link that Parley printed.' },
  'foreign-origin': {
    status: 403,
    title: 'Another web page asked',
    text: 'Parley answers its own page only. Open the link that Parley printed.'
  },
  'no-session': {
    status: 401,
    title: 'This browser has no access to Parley yet',
    text: `Open the link that Parley printed when it started. ${newLink}`
  },
  'wrong-token': { status: 403, title: 'This link is not valid', text: newLink },
  'used-token': { status: 403, title: 'This link was used already', text: newLink }
}

/**
 * The page for a refusal, with no script and no look-up. `retry`: another site's page linked here, so that the browser
 * kept the strict cookie back; the retry comes from this page and carries it.
 */
export function deniedHtml(reason: ReadDenial, options: { nonce: string; retry: boolean }): string {
  const { title, text } = deniedPages[reason]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${options.retry ? '<meta http-equiv="refresh" content="0;url=/">\n' : ''}<title>${title} - Parley</title>
<style nonce="${options.nonce}">
  :root { color-scheme: light dark }
  body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
  h1 { font-size: 1.4rem; line-height: 1.3 }
</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`
}
