#!/usr/bin/env node
// Writes resources/third-party-notices.txt from what is installed; a test says when it is old.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './own-node.mjs'
import { noticesText } from './third-party.mjs'

writeFileSync(path.join(root, 'resources/third-party-notices.txt'), noticesText())
