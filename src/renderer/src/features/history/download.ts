/** Gives a text to the person as a file, which the system puts where downloads go. */
export function download(fileName: string, content: string): void {
  const type = fileName.endsWith('.json') ? 'application/json' : 'text/markdown'
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The download has its own hold on the bytes once it began.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 10_000)
}
