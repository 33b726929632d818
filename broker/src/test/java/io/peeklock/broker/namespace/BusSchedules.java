/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Who schedules messages of a simulated bus, and cancels some of them again (rule N3).
 *
 * <p>Not thread safe.
 */
final class BusSchedules {
    private final Random random;
    private final BusExpectations expected;
    private final List<CompletableFuture<?>> operations;
    /** What was scheduled, and perhaps came since. */
    private final List<TrackedMessage> scheduled = new ArrayList<>();

    BusSchedules(Random random, BusExpectations expected, List<CompletableFuture<?>> operations) {
        this.random = random;
        this.expected = expected;
        this.operations = operations;
    }

    void schedule(TestBus bus, EntityPath queue) {
        long nowMs = bus.runtime.clock().wallTimeMs();
        TrackedMessage message = expected.newScheduled(queue, random, nowMs);
        CompletableFuture<Long> sent = bus.namespace.schedule(
                queue,
                message.content().partitionKey(message.partitionKey()).build(),
                Instant.ofEpochMilli(message.notBeforeMs));
        operations.add(sent);
        scheduled.add(message);
        sent.whenComplete((number, failure) -> expected.sent(message, number, failure));
    }

    /** Some that are perhaps enqueued already: each is cancelled, or comes. */
    void cancel(TestBus bus) {
        scheduled.removeIf(message -> message.delivered || message.gone);
        List<TrackedMessage> known = scheduled.stream()
                .filter(message -> message.sequenceNumber >= 0)
                .toList();
        if (known.isEmpty()) {
            return;
        }
        TrackedMessage message = known.get(random.nextInt(known.size()));
        scheduled.remove(message);
        message.perhapsCancelled = true;
        CompletableFuture<Void> cancelled =
                bus.namespace.cancelScheduled(message.queue, List.of(message.sequenceNumber));
        operations.add(cancelled);
        cancelled.whenComplete((nothing, failure) -> {
            if (failure == null) {
                message.completed = true;
            } else {
                message.perhapsCancelled = ((BrokerException) failure).code() == ErrorCode.OutcomeUnknown;
            }
        });
    }
}
