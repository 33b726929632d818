/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What Narayana is set up with: checked once.
 *
 * <p>Immutable.
 *
 * @param objectStore where Narayana keeps its log
 * @param node the transaction manager's id, in every branch's Xid
 * @param timeout of a transaction that sets none; zero for none
 * @param recoveryPeriod from the end of a scan to the next
 * @param backOff between the two passes of a scan
 * @param orphanSafety how long a prepared branch without a log entry is left alone after it was first seen
 */
record NarayanaSettings(
        Path objectStore,
        String node,
        Duration timeout,
        Duration recoveryPeriod,
        Duration backOff,
        Duration orphanSafety) {

    /** What fits into an Xid beside the transaction's own id. */
    static final int MAX_NODE_BYTES = 28;

    NarayanaSettings {
        objectStore = objectStore.toAbsolutePath().normalize();
        int bytes = node.getBytes(StandardCharsets.UTF_8).length;
        if (node.isBlank() || bytes > MAX_NODE_BYTES) {
            throw new IllegalArgumentException("the node id has 1 to " + MAX_NODE_BYTES
                    + " bytes in UTF-8, since it is a part of every transaction's id; this has " + bytes + ": '" + node
                    + "'" + (node.isBlank() ? ". Name it with node(...), another one in each process" : ""));
        }
        wholeSeconds("transaction time-out", timeout, 0);
        wholeSeconds("recovery period", recoveryPeriod, 1);
        // At 0 Narayana would wait for ever between the passes.
        wholeSeconds("recovery back-off", backOff, 1);
        if (orphanSafety.isNegative() || orphanSafety.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the orphan safety interval is 0 to 24 days; this is " + orphanSafety);
        }
    }

    private static void wholeSeconds(String what, Duration duration, int least) {
        if (duration.getNano() != 0 || duration.getSeconds() < least || duration.getSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the " + what + " is whole seconds, at least " + least + "; this is " + duration);
        }
    }
}
