// How fast-check runs here. The seed is fixed, so that a change fails for what it changed; NORTHSOUTH_SEED=random (or a
// number) looks elsewhere. A counterexample is told after the time limit, however far it could still be shrunk.
import fc from 'fast-check';

const seed = process.env['NORTHSOUTH_SEED'] ?? '20260528';

fc.configureGlobal({
  ...(seed === 'random' ? {} : { seed: Number(seed) }),
  interruptAfterTimeLimit: 100_000,
});
