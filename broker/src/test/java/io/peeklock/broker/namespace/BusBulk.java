/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.BulkOperation;
import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The administrators of a simulated bus: what they do with many messages.
 *
 * <p>Not thread safe.
 */
final class BusBulk {
    private final Random random;
    private final BusExpectations expected;
    private final List<CompletableFuture<?>> operations;
    private final List<BulkOperation> begun = new ArrayList<>();

    BusBulk(Random random, BusExpectations expected, List<CompletableFuture<?>> operations) {
        this.random = random;
        this.expected = expected;
        this.operations = operations;
    }

    /** Dead letters go back, perhaps deferred ones too, perhaps not all. */
    void redrive(TestBus bus, EntityPath source) {
        MessageSelection selection = switch (random.nextInt(4)) {
            case 0 -> MessageSelection.ALL.atMost(1 + random.nextInt(4));
            case 1 -> MessageSelection.ALL.inState(MessageState.ACTIVE, MessageState.DEFERRED);
            default -> MessageSelection.ALL;
        };
        BulkOperation redrive = bus.namespace.redriveMessages(source.deadLetterQueue(), selection);
        expected.reDrives(source, redrive.result());
        begin(redrive);
    }

    /** Some messages are removed, which ones nobody knows, while nothing else is under way. */
    void purge(TestBus bus, EntityPath source, Runnable collect) {
        bus.syncs(true);
        bus.run();
        collect.run();
        expected.perhapsRemovedFrom(source);
        bus.get(bus.namespace
                .purgeMessages(
                        random.nextBoolean() ? source : source.deadLetterQueue(),
                        MessageSelection.ALL.atMost(1 + random.nextInt(10)))
                .result());
        bus.syncs(false);
    }

    private void begin(BulkOperation operation) {
        CompletableFuture<BulkProgress> result = operation.result();
        operations.add(result);
        begun.add(operation);
        if (random.nextInt(4) == 0) {
            begun.remove(random.nextInt(begun.size())).cancel();
        }
    }
}
