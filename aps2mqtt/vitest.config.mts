import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/setup.ts'],
    testTimeout: 120_000,
    // Many of them wait for sockets, not for a processor.
    maxWorkers: 4,
    // Simulated days leave a lot behind: with more room it is cleared away less often.
    execArgv: ['--max-semi-space-size=32'],
    // No file changes what another one imports, so that they may share it: a sixth of the time.
    isolate: false,
    // A machine that others use, too, is no fault of ours.
    retry: process.env.CI ? 1 : 0,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      thresholds: { lines: 95 },
    },
  },
});
