interface Picture {
  sizePx: number
  png: Buffer
}
export declare function readPng(png: Buffer): { widthPx: number; heightPx: number; hasAlpha: boolean }
export declare function writeIco(pictures: Picture[]): Buffer
export declare function readIco(ico: Buffer): Picture[]
export declare function writeIcns(pngOf: (sizePx: number) => Buffer): Buffer
export declare function readIcns(icns: Buffer): (Picture & { type: string })[]
