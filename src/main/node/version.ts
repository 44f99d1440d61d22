import project from '../../../package.json' with { type: 'json' }

/** Version of this Parley, from package.json (inlined when built). */
export const version: string = project.version
