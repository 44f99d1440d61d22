import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../src/renderer/src/styles/tokens.css', import.meta.url), 'utf8')

function theme(side: 1 | 2): Map<string, string> {
  const pairs = css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)
  return new Map([...pairs].map((match) => [match[1] ?? '', match[side + 1] ?? '']))
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const text: readonly (readonly [string, readonly string[]])[] = [
  ['ink', ['paper', 'surface', 'sunken', 'accent-soft', 'danger-soft', 'warn-soft']],
  ['ink-soft', ['paper', 'surface', 'sunken']],
  ['accent', ['paper', 'surface']],
  ['accent-ink', ['accent-soft', 'surface']],
  ['on-accent', ['accent', 'accent-hover']],
  ['danger', ['paper', 'surface', 'danger-soft']],
  ['warn', ['paper', 'surface', 'warn-soft']]
]

describe.each([
  ['light', 1],
  ['dark', 2]
] as const)('%s theme', (_name, side) => {
  const colours = theme(side)
  const of = (name: string): string => {
    const value = colours.get(name)
    if (value === undefined) throw new Error(`no colour --${name}`)
    return value
  }

  it.each(text.flatMap(([front, backs]) => backs.map((back) => [front, back])))(
    'text %s on %s has a contrast of at least 4.5',
    (front = '', back = '') => {
      expect(contrast(of(front), of(back))).toBeGreaterThanOrEqual(4.5)
    }
  )

  it.each(['paper', 'surface', 'sunken'])(
    'control borders and the focus ring stand out from %s by at least 3',
    (back) => {
      expect(contrast(of('line-strong'), of(back))).toBeGreaterThanOrEqual(3)
      expect(contrast(of('accent'), of(back))).toBeGreaterThanOrEqual(3)
    }
  )
})
