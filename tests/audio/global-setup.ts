import { buildPage } from './scripted-main.ts'
import { PAGE_FOLDER } from './audio-page.ts'

// oxlint-disable-next-line import/no-default-export -- Playwright takes the default export
export default async function setup(): Promise<void> {
  await buildPage(PAGE_FOLDER)
}
