import type { OverlayState } from '../../../shared/ipc/presence-calls.ts'
import { overlayText } from '../text/en-overlay.ts'
import { type Look, lookOf } from './look.ts'

const BARS = 5

function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  made.className = className
  return made
}

/** The overlay's elements. Everything that was said or named is set as text. */
export class OverlayView {
  readonly #root = element('main', 'overlay')
  readonly #mark = element('button', 'mark')
  readonly #state = element('p', 'state')
  readonly #caption = element('p', 'caption')

  constructor(onShow: () => void) {
    this.#mark.type = 'button'
    this.#mark.title = overlayText.show
    this.#mark.setAttribute('aria-label', overlayText.show)
    this.#mark.append(...Array.from({ length: BARS }, () => document.createElement('span')))
    this.#mark.addEventListener('click', onShow)
    this.#state.setAttribute('role', 'status')
    const words = element('div', 'words')
    words.append(this.#state, this.#caption)
    this.#root.append(this.#mark, words)
    document.body.prepend(this.#root)
  }

  show(overlay: OverlayState): void {
    this.#look(lookOf(overlay))
    const { caption, level, theme } = overlay
    this.#caption.dataset['role'] = caption?.role ?? ''
    put(this.#caption, caption?.text ?? '')
    this.#mark.style.setProperty('--level', String(level))
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }

  lost(): void {
    this.#look({ words: overlayText.lost, tone: 'warn', busy: false })
    this.#mark.style.setProperty('--level', '0')
    put(this.#caption, '')
  }

  #look({ words, tone, busy }: Look): void {
    put(this.#state, words)
    this.#root.dataset['tone'] = tone
    this.#root.dataset['busy'] = String(busy)
  }
}

/** Only what changed, so that a screen reader is not told the same again. */
function put(into: HTMLElement, text: string): void {
  if (into.textContent !== text) into.textContent = text
}
