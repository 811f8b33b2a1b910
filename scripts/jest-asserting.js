import { beforeEach, expect } from '@jest/globals';

/** A test that runs no assertion fails: its loop was over an empty list, or it returned early. */
beforeEach(() => expect.hasAssertions());
