import { assertNever } from '../../shared/assert-never.ts'
import type { Support } from '../../shared/commands.ts'
import { VOCABULARY_COLUMNS, vocabularyTable, type VocabularyColumn } from '../dialects/vocabulary.ts'

const HEAD = `# One vocabulary over two services

<!-- Made by scripts/generate-vocabulary.mjs from the code; do not edit. -->

Every command of a session and how each service does it. **native**: the service has a message for it. **emulated**: Parley does it by
other means. **unsupported**: it cannot be done. The numbers lead to what there is to say. The window shows the same table, at each
field, for the agent in use; the built-in agent is as Deepgram.`

/** Numbers sentences in the order of their first use. */
class Notes {
  readonly #numbers = new Map<string, number>()

  mark(sentence: string): string {
    const number = this.#numbers.get(sentence) ?? this.#numbers.size + 1
    this.#numbers.set(sentence, number)
    return `(${number})`
  }

  get lines(): string[] {
    return [...this.#numbers].map(([sentence, number]) => `${number}. ${sentence}`)
  }
}

function sentenceOf(support: Support): string | undefined {
  switch (support.kind) {
    case 'native':
      return support.note
    case 'emulated':
      return support.how
    case 'unsupported':
      return support.why
    default:
      return assertNever(support)
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** `docs/vocabulary.md`, before Prettier. */
export function vocabularyPage(): string {
  const columns = Object.keys(VOCABULARY_COLUMNS) as VocabularyColumn[]
  const notes = new Notes()
  const rows = vocabularyTable().map(({ key, says, support }) => {
    const cells = columns.map((column) => {
      const sentence = sentenceOf(support[column])
      return sentence === undefined ? support[column].kind : `${support[column].kind} ${notes.mark(sentence)}`
    })
    return row([says, `\`${key}\``, ...cells])
  })
  const head = ['What', 'Command', ...columns.map((column) => VOCABULARY_COLUMNS[column])]
  const table = [row(head), row(head.map(() => '---')), ...rows]
  return [HEAD, '', ...table, '', ...notes.lines, ''].join('\n')
}
