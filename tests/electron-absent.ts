throw new Error(
  'Plain Node code imported electron: only src/main/index.ts and src/main/electron may (design.md section 3).'
)
