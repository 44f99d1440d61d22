import { z } from 'zod'
import { ProbeResult } from '../self-check.ts'

/** Only while Parley was started with `--self-check`; refused otherwise. */
export const selfCheckCalls = {
  /** The page asks whether it is to probe itself; main answers and sends `preferences:changed` at once, which is one of the probes. */
  'self-check:begin': { input: z.undefined(), output: z.undefined() },
  /** What the page found, once. */
  'self-check:report': { input: z.strictObject({ probes: z.array(ProbeResult).max(32) }), output: z.undefined() }
} as const
