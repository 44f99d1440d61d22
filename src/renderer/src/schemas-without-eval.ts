import { config } from 'zod'

/**
 * The page's policy forbids `eval`, and zod tries it once while schemas are made, which is reported as a violation.
 * Import this before any module that holds a schema.
 */
config({ jitless: true })
