import type { WebContents, WebFrameMain } from 'electron'
import { expect, test } from 'vitest'
import { isTrustedSender } from './sender.ts'

function page(url: string, parent: WebFrameMain | null = null): { contents: WebContents; frame: WebFrameMain } {
  const frame = { url, parent } as WebFrameMain
  return { contents: { mainFrame: frame } as WebContents, frame }
}

test('our own page in our own window is trusted', () => {
  const { contents, frame } = page('app://parley/index.html')
  expect(isTrustedSender({ sender: contents, senderFrame: frame }, contents)).toBe(true)
})

test.each(['https://example.org/', 'app://other/', 'app://parley.example.org/', 'app:parley/', 'about:blank', ''])(
  'a page at %j is refused',
  (url) => {
    const { contents, frame } = page(url)
    expect(isTrustedSender({ sender: contents, senderFrame: frame }, contents)).toBe(false)
  }
)

test('a frame that has gone is refused', () => {
  const { contents } = page('app://parley/')
  expect(isTrustedSender({ sender: contents, senderFrame: null }, contents)).toBe(false)
})

test('a subframe is refused, also one that shows our own page', () => {
  const { contents, frame } = page('app://parley/')
  const inner = { url: 'app://parley/', parent: frame } as WebFrameMain
  expect(isTrustedSender({ sender: contents, senderFrame: inner }, contents)).toBe(false)
})

test('another window is refused, and so is everybody while there is none', () => {
  const own = page('app://parley/')
  const other = page('app://parley/')
  expect(isTrustedSender({ sender: other.contents, senderFrame: other.frame }, own.contents)).toBe(false)
  expect(isTrustedSender({ sender: own.contents, senderFrame: own.frame }, undefined)).toBe(false)
})

test('each condition refuses by itself: a main frame that was replaced, one inside another, another sender', () => {
  const { contents, frame } = page('app://parley/')
  const replaced = { url: 'app://parley/', parent: null } as WebFrameMain
  expect(isTrustedSender({ sender: contents, senderFrame: replaced }, contents)).toBe(false)
  const inside = page('app://parley/', frame)
  expect(isTrustedSender({ sender: inside.contents, senderFrame: inside.frame }, inside.contents)).toBe(false)
  const other = page('app://parley/').contents
  expect(isTrustedSender({ sender: other, senderFrame: frame }, contents)).toBe(false)
})
