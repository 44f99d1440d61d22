import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Writable } from 'node:stream'
import { CliError, EXIT } from './exit-codes.ts'

/** A longer value is none; what comes after it is not read. */
const MOST_CHARACTERS = 20_000

/** One value: all of stdin, or where a person sits there one line that is not shown. `ask` prints the question. */
export async function readHidden(input: Readable, ask: () => void): Promise<string> {
  if ('isTTY' in input && input.isTTY === true) {
    ask()
    return promptHidden(input)
  }
  let text = ''
  input.setEncoding('utf8')
  for await (const chunk of input as AsyncIterable<string>) {
    text += chunk
    if (text.length > MOST_CHARACTERS) throw new CliError(EXIT.usage, 'What came on stdin is too long for a key.')
  }
  return text
}

function promptHidden(input: Readable): Promise<string> {
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nothing, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('SIGINT', () => lines.close())
    // After a line this changes nothing.
    lines.once('close', () => reject(new CliError(EXIT.interrupted, 'Nothing was entered, and nothing is changed.')))
  })
}
