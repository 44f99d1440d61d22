/** Why a command line cannot be used, in a sentence. */
export class CommandLineError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CommandLineError'
  }
}

/** One word: quoted runs, escaped characters (only `\"`, `\'`, `\\` and `\ `, so that Windows paths survive) and plain ones. */
const WORD = /(?:'[^']*'|"(?:\\["\\]|[^"])*"|\\[\\"' ]|[^\s'"])+/g

/** Splits a command line into words as a shell would, but nothing is expanded and no shell is run. */
export function splitCommandLine(line: string): string[] {
  const words = [...line.matchAll(WORD)].map(([word]) => unquote(word))
  if (line.replace(WORD, '').trim() !== '') throw new CommandLineError(`A quote in "${line}" is not closed.`)
  if (words.length === 0 || words[0] === '') throw new CommandLineError('The transcriber command is empty.')
  return words
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\["\\]|[^"])*)"|\\([\\"' ])/g,
    (_, single?: string, double?: string, escaped?: string) => {
      return single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? ''
    }
  )
}
