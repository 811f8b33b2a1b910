/**
 * A clock and timers that can be moved ahead: the time of the machine, and beside it whatever was skipped. A timer that is due after
 * a move fires then; one that nobody moves fires in its own time.
 */

/** A timer as Node.js has it, on a clock that is moved. */
export interface MovingTimer {
  ref(): MovingTimer;
  unref(): MovingTimer;
  hasRef(): boolean;
  refresh(): MovingTimer;
  close(): void;
  [Symbol.dispose](): void;
}

/** A clock that begins `ahead` milliseconds before the machine's. */
export const movingTime = (ahead = 0) => {
  // Those of the machine, whatever stands in their place later.
  const { now: machineNow } = Date;
  const { setTimeout: start, clearTimeout: end } = globalThis;
  const pending = new Map<MovingTimer, { readonly due: () => number; readonly arm: () => void }>();
  const now = (): number => machineNow() + ahead;
  return {
    now,
    /** As `setTimeout`. */
    after: (run: () => void, milliseconds = 0): MovingTimer => {
      const wait = Math.max(1, Number(milliseconds) || 0);
      let due = now() + wait;
      let armed: NodeJS.Timeout | undefined;
      let isRef = true;
      const fire = (): void => {
        pending.delete(timer);
        run();
      };
      const arm = (): void => {
        end(armed);
        // The longest that a timer of Node.js takes.
        armed = start(fire, Math.min(Math.max(0, due - now()), 2_147_483_647));
        if (!isRef) armed.unref();
      };
      const set = (): void => {
        due = now() + wait;
        pending.set(timer, { due: () => due, arm });
        arm();
      };
      const referred = (value: boolean): MovingTimer => {
        isRef = value;
        if (value) armed?.ref();
        else armed?.unref();
        return timer;
      };
      const close = (): void => {
        pending.delete(timer);
        end(armed);
      };
      const timer: MovingTimer = {
        ...{ close, [Symbol.dispose]: close, hasRef: () => isRef },
        ...{ ref: () => referred(true), unref: () => referred(false) },
        refresh: () => {
          set();
          return timer;
        },
      };
      set();
      return timer;
    },
    /** When the next timer is due; undefined where none is pending. */
    next: (): number | undefined =>
      pending.size === 0 ? undefined : Math.min(...[...pending.values()].map(({ due }) => due())),
    /** Ends every timer. */
    stop: (): void => {
      for (const timer of [...pending.keys()]) timer.close();
    },
    /** The time that was skipped so far, in milliseconds. */
    ahead: (): number => ahead,
    /** Moves the clock to so many milliseconds before the machine's; never back. */
    move: (to: number): void => {
      if (to <= ahead) return;
      ahead = to;
      for (const { arm } of [...pending.values()]) arm();
    },
  };
};
/** A clock that can be moved. */
export type MovingTime = ReturnType<typeof movingTime>;
