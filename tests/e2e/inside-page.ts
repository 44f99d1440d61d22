/* oxlint-disable no-eval, typescript/no-implied-eval, unicorn/consistent-function-scoping -- these are what must not work, and each function stands alone in its page */
// What somebody would try who has got a script into our own page. Each function runs in a page or a worker, by its text alone.

/** What an attempt came to. `ran`: it did what it must not. */
type Outcome = 'ran' | 'refused'
export type Outcomes = Record<string, Outcome>

declare global {
  interface Window {
    /** Set by whatever ran that must not run. */
    ran: string[]
    outcomes: Promise<Outcomes>
    violated: string[]
  }
}

/** The attempts of a script in the main page, against `foreign` (an origin that would answer anything). */
export async function insideMainPage(foreign: string): Promise<Outcomes> {
  window.ran = []
  window.violated = []
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    window.violated.push(effectiveDirective)
  })
  const settled = () => new Promise((resolve) => setTimeout(resolve, 400))
  const socket = foreign.replace('http', 'ws')
  const element = (tag: string, attributes: Record<string, string>, text = '') => {
    const made = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    made.textContent = text
    document.body.append(made)
    return made
  }
  const url = (type: string, text: string) => URL.createObjectURL(new Blob([text], { type }))
  // A name, so that no bundler looks for it.
  const DATA_MODULE: string = 'data:text/javascript,1'
  const mark = (name: string) => `window.ran.push('${name}')`
  const markParent = (name: string) => `parent.postMessage('${name}', '*')`
  window.addEventListener('message', ({ data }) => window.ran.push(String(data)))
  const worker = (name: string, from: string) => {
    const made = new Worker(from)
    made.addEventListener('message', () => window.ran.push(name))
    made.addEventListener('error', (event) => event.preventDefault())
  }
  const loads = (name: string, tag: string, attributes: Record<string, string>) =>
    element(tag, attributes).addEventListener('load', () => window.ran.push(name))
  /** Attempts that leave a mark where they succeed: by code that runs, or by something that arrives. */
  const attempts: Record<string, () => unknown> = {
    eval: () => (globalThis.eval('1'), window.ran.push('eval')),
    'new Function': () => (new Function('return 1')(), window.ran.push('new Function')),
    'a timer with a text': () => setTimeout(mark('a timer with a text') as unknown as () => void),
    'an inline script': () => element('script', {}, mark('an inline script')),
    'an inline handler': () =>
      (element('div', {}).innerHTML = `<img src="/absent.png" onerror="${mark('an inline handler')}">`),
    'an svg with a handler': () =>
      (element('div', {}).innerHTML = `<svg onload="${mark('an svg with a handler')}"></svg>`),
    'a javascript: link': () => element('a', { href: `javascript:${mark('a javascript: link')}` }).click(),
    'a javascript: address': () => location.assign(`javascript:${mark('a javascript: address')}`),
    'a blob: script': () => element('script', { src: url('text/javascript', mark('a blob: script')) }),
    'a data: script': () => element('script', { src: `data:text/javascript,${mark('a data: script')}` }),
    'a foreign script': () => loads('a foreign script', 'script', { src: `${foreign}/x.js` }),
    'an import of data:': () =>
      import(DATA_MODULE).then(() => window.ran.push('an import of data:')).catch(() => undefined),
    'a blob: worker': () => worker('a blob: worker', url('text/javascript', 'postMessage(1)')),
    'a data: worker': () => worker('a data: worker', 'data:text/javascript,postMessage(1)'),
    'a data: frame': () => element('iframe', { src: `data:text/html,<script>${markParent('a data: frame')}</script>` }),
    'a blob: frame': () =>
      element('iframe', { src: url('text/html', `<script>${markParent('a blob: frame')}</script>`) }),
    'a srcdoc frame': () => element('iframe', { srcdoc: `<script>${markParent('a srcdoc frame')}</script>` }),
    'a foreign frame': () => element('iframe', { src: `${foreign}/frame` }),
    'a frame of our own': () => element('iframe', { src: '/' }),
    'an object': () => element('object', { data: `${foreign}/object` }),
    'an embed': () => element('embed', { src: `${foreign}/embed` }),
    'a foreign fetch': () =>
      fetch(`${foreign}/fetch`, { mode: 'no-cors' }).then(() => window.ran.push('a foreign fetch')),
    'a foreign request': () => {
      const request = new XMLHttpRequest()
      request.open('GET', `${foreign}/xhr`)
      request.addEventListener('load', () => window.ran.push('a foreign request'))
      request.send()
    },
    'a foreign socket': () =>
      new WebSocket(`${socket}/socket`).addEventListener('open', () => window.ran.push('a foreign socket')),
    'a foreign event source': () =>
      new EventSource(`${foreign}/events`).addEventListener('open', () => window.ran.push('a foreign event source')),
    'a beacon': () => navigator.sendBeacon(`${foreign}/beacon`, 'secret'),
    'a ping of a link': () => {
      const link = element('a', { href: '#here', ping: `${foreign}/ping` })
      link.click()
    },
    'a foreign picture': () => loads('a foreign picture', 'img', { src: `${foreign}/x.png` }),
    'a foreign style sheet': () =>
      loads('a foreign style sheet', 'link', { rel: 'stylesheet', href: `${foreign}/x.css` }),
    'a style that asks': () => element('style', {}, `body { background: url(${foreign}/style.png) }`),
    'a foreign font': () => new FontFace('x', `url(${foreign}/x.woff2)`).load().catch(() => undefined),
    'a foreign sound': () => element('audio', { src: `${foreign}/x.wav` }),
    'a prefetch': () => element('link', { rel: 'prefetch', href: `${foreign}/prefetch` }),
    'a manifest': () => element('link', { rel: 'manifest', href: `${foreign}/manifest.json` }),
    'a foreign form': () => {
      const form = element('form', { method: 'POST', action: `${foreign}/form` })
      if (form instanceof HTMLFormElement) form.submit()
    },
    'a base': () => {
      element('base', { href: `${foreign}/` })
      if (!document.baseURI.startsWith(location.origin)) window.ran.push('a base')
    }
  }
  for (const run of Object.values(attempts)) {
    try {
      await Promise.resolve(run()).catch(() => undefined)
    } catch {
      // Refused by throwing.
    }
  }
  await settled()
  return Object.fromEntries(Object.keys(attempts).map((name) => [name, window.ran.includes(name) ? 'ran' : 'refused']))
}

/** The attempts of a script that runs as one of our own workers: its policy comes with its own file. */
export async function insideWorker(foreign: string): Promise<Outcomes> {
  const attempts: Record<string, () => unknown> = {
    'worker eval': () => globalThis.eval('1') as unknown,
    'worker fetch': () => fetch(`${foreign}/worker-fetch`, { mode: 'no-cors' }),
    'worker importScripts': () => {
      ;(globalThis as unknown as { importScripts(from: string): void }).importScripts(`${foreign}/worker.js`)
    },
    'worker socket': () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${foreign.replace('http', 'ws')}/worker-socket`)
        socket.addEventListener('open', resolve)
        socket.addEventListener('error', reject)
      }),
    'worker blob: worker': () =>
      new Promise((resolve, reject) => {
        const inner = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])))
        inner.addEventListener('message', resolve)
        inner.addEventListener('error', reject)
      })
  }
  const outcomes: Outcomes = {}
  for (const [name, run] of Object.entries(attempts)) {
    try {
      await run()
      outcomes[name] = 'ran'
    } catch {
      outcomes[name] = 'refused'
    }
  }
  return outcomes
}

/** The attempts of a script in the overlay's page, which may use its own socket only. `own`: our origin. */
export async function insideOverlay(own: string): Promise<Outcomes> {
  const opens = (path: string) => () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${own.replace('http', 'ws')}${path}`)
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
  const attempts: Record<string, () => unknown> = {
    'socket of calls': opens('/ipc'),
    'socket of audio': opens('/audio'),
    'socket below the overlay’s': opens('/overlay/ipc'),
    'fetch of the page': () => fetch('/'),
    'a worker': () =>
      new Promise((resolve, reject) => {
        const worker = new Worker('/assets/worker.js')
        worker.addEventListener('message', resolve)
        worker.addEventListener('error', reject)
      }),
    WebAssembly: () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
    'its own socket': opens('/overlay')
  }
  const outcomes: Outcomes = {}
  for (const [name, run] of Object.entries(attempts)) {
    try {
      await run()
      outcomes[name] = 'ran'
    } catch {
      outcomes[name] = 'refused'
    }
  }
  return outcomes
}
