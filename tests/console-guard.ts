import { afterEach, beforeEach, vi } from 'vitest'

// A test that prints hides a warning nobody reads: every console call of a test makes it fail.
const methods = ['debug', 'info', 'log', 'warn', 'error'] as const
const stray: string[] = []

beforeEach(() => {
  stray.length = 0
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      stray.push(`console.${method}: ${args.map(String).join(' ')}`)
    })
  }
})

afterEach(() => {
  const seen = [...stray]
  vi.restoreAllMocks()
  if (seen.length > 0) throw new Error(`the test printed to the console:\n${seen.join('\n')}`)
})
