/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Settlement;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.broker.message.Origin;
import io.peeklock.broker.runtime.SimulatedRuntime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes up the messages that a random partition is sent, when they are due, and how they are settled.
 *
 * <p>Not thread safe.
 */
final class RandomMessages {
    /** What a settlement can set a property to. */
    private static final List<@Nullable Object> VALUES = Arrays.asList(
            null,
            true,
            (byte) 1,
            (short) 2,
            3,
            4L,
            5f,
            6d,
            'c',
            "half \uDE00",
            new UUID(7, 8),
            Instant.ofEpochMilli(9));

    private final Random random;
    private final RandomSessions sessions;
    private final SimulatedRuntime runtime;

    RandomMessages(Random random, RandomSessions sessions, SimulatedRuntime runtime) {
        this.random = random;
        this.sessions = sessions;
        this.runtime = runtime;
    }

    /** A message that may be of a session, delayed, persistent, or large. */
    Message next() {
        boolean durable = random.nextInt(4) > 0;
        int bytes = random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(500);
        byte[] body = new byte[bytes];
        random.nextBytes(body);
        String sessionId = sessions.idOrNull();
        String key = random.nextBoolean() ? "key" + random.nextInt(2) : null;
        return Message.builder()
                .body(BodyKind.BYTES, body)
                .durable(durable)
                .priority(random.nextInt(10))
                .applicationMessageId(random.nextInt(3) == 0 ? "id" + random.nextInt(20) : null)
                .partitionKey(sessionId == null ? key : null)
                .sessionId(sessionId)
                .origin(random.nextBoolean() ? new Origin("connection" + random.nextInt(3), null) : null)
                .timeToLiveMs(random.nextInt(3) == 0 ? 1 + random.nextInt(5000) : 0)
                .property("n", random.nextInt(4))
                .deliveryDelayMs(random.nextInt(4) == 0 ? 1 + random.nextInt(5000) : 0)
                .build();
    }

    /** When a message is scheduled, or 0 for no schedule. */
    long anyTime() {
        return random.nextInt(5) == 0 ? runtime.clock().wallTimeMs() + random.nextInt(5000) : 0;
    }

    /** Any of the ways to settle, perhaps with a property that changes. */
    Settlement settlement() {
        Map<String, @Nullable Object> properties = new HashMap<>();
        if (random.nextBoolean()) {
            properties.put("p" + random.nextInt(3), VALUES.get(random.nextInt(VALUES.size())));
        }
        return switch (random.nextInt(6)) {
            case 0, 1 -> Settlement.COMPLETE;
            case 2 -> new Settlement.Abandon(properties, random.nextBoolean() ? 0 : random.nextInt(4000));
            case 3 -> new Settlement.Defer(properties);
            case 4 -> new Settlement.DeadLetter("half \uD83D", random.nextBoolean() ? "text" : null, properties);
            default -> Settlement.RELEASE;
        };
    }
}
