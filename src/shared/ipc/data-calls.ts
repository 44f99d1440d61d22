import { z } from 'zod'

/** Something about the files that a person should know: a file that was moved aside, a newer one that is left alone. `message` is a sentence. */
export const DataProblem = z.strictObject({
  code: z.enum(['quarantined', 'restored', 'newer', 'entry-unreadable', 'in-use', 'write-failed']),
  message: z.string(),
  file: z.string().optional()
})
export type DataProblem = z.infer<typeof DataProblem>

export const dataCalls = {
  /** Where everything is kept, and what went wrong with it since the start. */
  'data:info': {
    input: z.undefined(),
    output: z.strictObject({ dir: z.string(), bytes: z.number(), problems: z.array(DataProblem) })
  },
  /** Opens the data folder in the system's file manager; `refused` where there is none. */
  'data:open': { input: z.undefined(), output: z.undefined() },
  /** A redacted text for a bug report: versions, settings without secrets, what works here, the newest log lines. `texts`: with prompts and other words of the agents. */
  'data:report': {
    input: z.strictObject({ texts: z.boolean() }).optional(),
    output: z.strictObject({ fileName: z.string(), text: z.string() })
  },
  /** Deletes profiles, settings, keys, history and logs, and ends the conversation. `confirm` guards against a slip of a program. */
  'data:delete-all': { input: z.strictObject({ confirm: z.literal('delete everything') }), output: z.undefined() }
} as const

export const dataEvents = { 'data:problem': DataProblem } as const
