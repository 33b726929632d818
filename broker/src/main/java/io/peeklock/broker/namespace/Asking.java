/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.partition.Partition;
import io.peeklock.broker.partition.ReadyFlags;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds, for a request of one receiver, a partition that has something: by the flags, or the one whose session it holds.
 *
 * <p>Thread safe.
 */
final class Asking {

    /** Asks a partition for what there is for the receiver. */
    interface Fetch {
        void from(int partition, Runnable nothingHere);
    }

    private final PartitionedReceiver receiver;
    private final int[] where;
    private final Partition[] partitions;
    private final ReadyFlags flags;
    private final Fetch fetch;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param where the partitions in which the receiver subscribes
     * @param partitions all partitions of the namespace, by index
     */
    Asking(PartitionedReceiver receiver, int[] where, Partition[] partitions, ReadyFlags flags, Fetch fetch) {
        this.receiver = receiver;
        this.where = where;
        this.partitions = partitions;
        this.flags = flags;
        this.fetch = fetch;
    }

    /** Looks for a partition that has something for this request. */
    void ask(Request request) {
        if (request.isForNow()) {
            // Before the flags are read: one that is loaded by then has set its own.
            request.setLoading(firstLoading(request));
        }
        int held = receiver.heldIn();
        int only = request.onlyPartition();
        if (held != Request.ANY_PARTITION) {
            // A flag says what is there for those who hold no session: this one must be asked. Also if another one is
            // wanted: it alone can say whether the session is still needed.
            fetch(request, held, 1, 1);
        } else if (only != Request.ANY_PARTITION) {
            ask(request, only, 1);
        } else if (where.length == 1) {
            ask(request, where[0], 1);
        } else {
            ask(request, Math.floorMod(turn.getAndIncrement(), partitions.length), partitions.length);
        }
    }

    private void ask(Request request, int start, int span) {
        int found = flags.next(start, span);
        if (found < 0) {
            nothingNow(request);
            return;
        }
        fetch(request, found, Math.floorMod(found - start, partitions.length) + 1, span);
    }

    private void fetch(Request request, int found, int passed, int span) {
        int held = receiver.heldIn();
        fetch.from(found, () -> {
            if (!request.isWaiting()) {
                return;
            }
            if (held != receiver.heldIn()) {
                // The session ended that it held, or it has one now: others must be asked than those that were.
                ask(request);
            } else if (passed < span) {
                ask(request, (found + 1) % partitions.length, span - passed);
            } else {
                nothingNow(request);
            }
        });
    }

    /**
     * No flag is set, or whoever had set it was empty: a request for what is there now ends here, unless a partition is
     * still being loaded, whose flag says nothing yet. Others go on waiting.
     */
    private void nothingNow(Request request) {
        if (!request.isForNow()) {
            return;
        }
        int loading = request.loading();
        if (loading < 0) {
            receiver.cancel(request);
            return;
        }
        fetch.from(loading, () -> {
            if (request.isWaiting()) {
                ask(request);
            }
        });
    }

    /** A partition that is being loaded and whose messages the request would take, or -1. */
    private int firstLoading(Request request) {
        for (int partition : where) {
            if (request.isWaitingFor(partition) && partitions[partition].isLoading()) {
                return partition;
            }
        }
        return -1;
    }
}
