import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ReasoningFilter } from './reasoning-filter.ts'

function filter(deltas: readonly string[]): { text: string; thinking: string } {
  const seen = { text: '', thinking: '' }
  const reasoning = new ReasoningFilter({
    text: (delta) => {
      seen.text += delta
    },
    thinking: (delta) => {
      seen.thinking += delta
    }
  })
  for (const delta of deltas) reasoning.push(delta)
  reasoning.flush()
  return seen
}

it.each([
  ['Hello.', 'Hello.', ''],
  ['<think>Hm</think>Hello.', 'Hello.', 'Hm'],
  [' \n<think>\nHm\n</think>\n\nHello <think>.', 'Hello <think>.', '\nHm\n'],
  ['<think>a</thin</think>b', 'b', 'a</thin'],
  ['<think></think>', '', ''],
  ['<think>never ended </thi', '', 'never ended </thi'],
  ['<thin', '<thin', ''],
  ['Say <think>this</think>.', 'Say <think>this</think>.', '']
])('%j is spoken as %j, however it is cut', (whole, text, thinking) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }), (sizes) => {
      const deltas: string[] = []
      for (let at = 0, n = 0; at < whole.length; n += 1) {
        deltas.push(whole.slice(at, at + (sizes[n % sizes.length] ?? 1)))
        at += sizes[n % sizes.length] ?? 1
      }
      const seen = filter(deltas)
      expect({ ...seen, text: seen.text.trimStart() }).toEqual({ text, thinking })
    })
  )
})
