/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import org.jspecify.annotations.Nullable;

/**
 * Where the transaction of a thread is to be stopped, and how. Points are named {@code ROWS.commit.before} or {@code
 * log.write.after}.
 *
 * <p>What one thread sets concerns that thread alone.
 */
final class Stops {

    private static final ThreadLocal<@Nullable Stop> OF_THE_THREAD = new ThreadLocal<>();

    private Stops() {}

    /** From now on, {@code then} is run when this thread comes to the point. */
    static void expect(String point, Runnable then) {
        OF_THE_THREAD.set(new Stop(point, then));
    }

    /** This thread has come to a point. */
    static void at(String point) {
        Stop stop = OF_THE_THREAD.get();
        if (stop != null && stop.point.equals(point)) {
            stop.then.run();
        }
    }

    private record Stop(String point, Runnable then) {}
}
