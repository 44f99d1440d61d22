// A program that changes profiles and settings as fast as it can until it is killed: node profile-writer.test-support.ts DATA_DIR
// One line on stdout after each write that returned: its place and number, such as "profile 17".
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { Profiles } from '../../core/profiles/profile-list.ts'
import { silentLog } from '../../core/testing.test-support.ts'
import { formatWritten, readWritten, SETTING_KEY, WRITER_PROFILES } from './profile-kills.test-support.ts'
import { openData } from './open-data.ts'
import { systemClock } from './system-clock.ts'

const [dataDir = ''] = process.argv.slice(2)
const { store, problems } = openData({ dataDir, log: silentLog, clock: systemClock })
const profiles = new Profiles({ store, random: Math.random, log: silentLog })
const found = readWritten(store)
if (problems.list().length > 0) throw new Error(problems.list()[0]?.message)

const own = profiles.list().profiles.flatMap(({ id, builtIn }) => (builtIn ? [] : [id]))
while (own.length < WRITER_PROFILES) own.push(profiles.save(formatWritten(0)).id)
// A process that is killed writes no cache.
flushCompileCache()
writeSync(1, 'ready\n')
for (let number = Math.max(found.profile, found.setting) + 1; ; number += 1) {
  profiles.save(formatWritten(number), own[number % own.length])
  writeSync(1, `profile ${number}\n`)
  store.write(SETTING_KEY, { number })
  writeSync(1, `setting ${number}\n`)
}
