import { describe, expect, it } from 'vitest'
import { PlayedLine } from './played-line.ts'

describe('PlayedLine', () => {
  it('knows which frame of the source was rendered when', () => {
    const line = new PlayedLine()
    line.render(100, false)
    line.render(50, true)
    line.render(50, true)
    line.render(30, false)
    line.render(20, true)
    expect(line.clock).toBe(250)
    expect(line.position).toBe(120)
    const at = [0, 99, 100, 130, 200, 215, 230, 240, 250, 400].map((clock) => line.at(clock))
    expect(at).toEqual([0, 0, 0, 30, 100, 100, 100, 110, 120, 120])
  })

  it('says of a time long gone where the oldest turn it remembers was', () => {
    const line = new PlayedLine()
    for (let turn = 0; turn < 400; turn += 1) {
      line.render(1, true)
      line.render(1, false)
    }
    expect(line.at(700)).toBe(350)
    expect(line.at(3)).toBe(line.at(0))
    expect(line.at(3)).toBeLessThan(160)
  })
})
