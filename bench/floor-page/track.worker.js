// Takes the microphone's own blocks off a track, without an audio context, and sends each as it comes.
onmessage = async ({ data: { readable, url } }) => {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  for await (const block of readable) {
    if (block.sampleRate !== 48_000) throw new Error(`the track has ${block.sampleRate} Hz`)
    const samples = new Float32Array(block.numberOfFrames)
    block.copyTo(samples, { planeIndex: 0, format: 'f32-planar' })
    block.close()
    socket.send(samples)
  }
}
