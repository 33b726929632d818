/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random messages keep everything; random bytes are a message or a clear error. The seed is printed, and
 * {@code -Dpeeklock.seed} repeats it.
 *
 * <p>One thread.
 */
final class MessageSimulationTest {

    private static final int MESSAGES = 3_000;
    private static final int DAMAGED_COPIES = 20;

    private final long seed = Long.getLong("peeklock.seed", System.nanoTime());
    private final Random random = new Random(seed);

    MessageSimulationTest() {
        System.out.println("MessageSimulationTest: -Dpeeklock.seed=" + seed);
    }

    @Test
    void everyMessageComesBackAsItWas() {
        for (int i = 0; i < MESSAGES; i++) {
            Expected expected = new Expected();
            Message built = expected.builder.build();
            expected.assertIs(built, seed);
            expected.assertIs(Message.decode(built.content().clone()), seed);
        }
    }

    @Test
    void damagedMessagesAreMessagesOrClearErrors() {
        int refused = 0;
        for (int i = 0; i < MESSAGES / 10; i++) {
            byte[] content = new Expected().builder.build().content();
            for (int j = 0; j < DAMAGED_COPIES; j++) {
                refused += readsOrRefuses(damaged(content)) ? 0 : 1;
            }
        }
        assertThat(refused).as("damaged messages refused, seed %s", seed).isPositive();
    }

    @Test
    void garbageIsRefusedClearly() {
        for (int i = 0; i < MESSAGES; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            if (garbage.length > 0) {
                garbage[0] = MessageCodec.VERSION;
            }
            readsOrRefuses(garbage);
        }
    }

    /** Whether the bytes are a message; everything in it can then be asked for, and fails in no other way. */
    private boolean readsOrRefuses(byte[] content) {
        boolean[] read = {false};
        assertThatCode(() -> {
                    try {
                        readAll(Message.decode(content));
                        read[0] = true;
                    } catch (MalformedContentException e) {
                        assertThat(e.getMessage()).isNotEmpty();
                    }
                })
                .as("seed %s", seed)
                .doesNotThrowAnyException();
        return read[0];
    }

    private static void readAll(Message message) {
        message.messageId();
        message.correlationId();
        message.correlationIdBytes();
        message.replyTo();
        message.to();
        message.label();
        message.contentType();
        message.replyToSessionId();
        message.groupSequence();
        message.deliveryDelayMs();
        message.property("x");
        message.properties();
        message.body();
    }

    private byte[] damaged(byte[] content) {
        byte[] copy = content.clone();
        return switch (random.nextInt(3)) {
            case 0 -> {
                copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                yield copy;
            }
            case 1 -> java.util.Arrays.copyOf(copy, random.nextInt(copy.length));
            default -> {
                int from = random.nextInt(copy.length);
                java.util.Arrays.fill(copy, from, Math.min(copy.length, from + 4), (byte) random.nextInt(256));
                yield copy;
            }
        };
    }

    private String text(int maxChars) {
        StringBuilder text = new StringBuilder();
        int chars = random.nextInt(maxChars + 1);
        boolean ascii = random.nextBoolean();
        while (text.length() < chars) {
            // All of the char range: half surrogate pairs too.
            text.append((char) (ascii ? random.nextInt(0x80) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    private @Nullable String textOrNull(int maxChars) {
        return random.nextBoolean() ? text(maxChars) : null;
    }

    private Object value() {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextBoolean();
            case 1 -> (byte) random.nextInt();
            case 2 -> (short) random.nextInt();
            case 3 -> random.nextInt();
            case 4 -> random.nextLong();
            case 5 -> random.nextFloat();
            case 6 -> random.nextDouble();
            case 7 -> (char) random.nextInt();
            case 8 -> new UUID(random.nextLong(), random.nextLong());
            case 9 -> Instant.ofEpochMilli(random.nextLong());
            case 10 -> bytes(300);
            default -> text(300);
        };
    }

    private byte[] bytes(int max) {
        byte[] bytes = new byte[random.nextInt(max + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What a message was built of. */
    private final class Expected {
        final Message.Builder builder = Message.builder();
        final @Nullable String messageId = textOrNull(128);
        final @Nullable String applicationMessageId = textOrNull(128);
        final @Nullable String correlationId = textOrNull(1000);
        final byte @Nullable [] correlationIdBytes = correlationId == null && random.nextBoolean() ? bytes(50) : null;
        final @Nullable String replyTo = textOrNull(300);
        final @Nullable String to = textOrNull(300);
        final @Nullable String label = textOrNull(300);
        final @Nullable String contentType = textOrNull(300);
        final @Nullable String sessionId = textOrNull(128);
        final @Nullable String replyToSessionId = textOrNull(128);
        final @Nullable String partitionKey = sessionId == null ? textOrNull(128) : null;
        final int groupSequence = random.nextBoolean() ? random.nextInt() : 0;
        final long timeToLiveMs = random.nextBoolean() ? random.nextLong() & Long.MAX_VALUE : 0;
        final long creationTimeMs = random.nextBoolean() ? random.nextLong() : 0;
        final long deliveryDelayMs = random.nextBoolean() ? random.nextLong() & Long.MAX_VALUE : 0;
        final boolean durable = random.nextBoolean();
        final int priority = random.nextInt(10);
        final Map<String, Object> properties = new LinkedHashMap<>();
        final BodyKind bodyKind = BodyKind.of(random.nextInt(BodyKind.values().length));
        final byte[] body = bodyKind == BodyKind.NONE || bodyKind == BodyKind.NULL_TEXT ? new byte[0] : bytes(2000);

        Expected() {
            for (int i = random.nextInt(6); i > 0; i--) {
                properties.put("p" + text(60), value());
            }
            properties.forEach(builder::property);
            builder.messageId(messageId)
                    .applicationMessageId(applicationMessageId)
                    .correlationId(correlationId)
                    .correlationIdBytes(correlationIdBytes)
                    .replyTo(replyTo)
                    .to(to)
                    .label(label)
                    .contentType(contentType)
                    .sessionId(sessionId)
                    .replyToSessionId(replyToSessionId)
                    .partitionKey(partitionKey)
                    .groupSequence(groupSequence)
                    .timeToLiveMs(timeToLiveMs)
                    .creationTimeMs(creationTimeMs)
                    .deliveryDelayMs(deliveryDelayMs)
                    .durable(durable)
                    .priority(priority)
                    .body(bodyKind, body);
        }

        void assertIs(Message message, long seed) {
            String as = "seed " + seed;
            assertThat(message.messageId()).as(as).isEqualTo(messageId);
            assertThat(message.applicationMessageId()).as(as).isEqualTo(applicationMessageId);
            assertThat(message.correlationId()).as(as).isEqualTo(correlationId);
            assertThat(message.correlationIdBytes()).as(as).isEqualTo(correlationIdBytes);
            assertThat(message.replyTo()).as(as).isEqualTo(replyTo);
            assertThat(message.to()).as(as).isEqualTo(to);
            assertThat(message.label()).as(as).isEqualTo(label);
            assertThat(message.contentType()).as(as).isEqualTo(contentType);
            assertThat(message.sessionId()).as(as).isEqualTo(sessionId);
            assertThat(message.replyToSessionId()).as(as).isEqualTo(replyToSessionId);
            assertThat(message.partitionKey()).as(as).isEqualTo(partitionKey);
            assertThat(message.groupSequence()).as(as).isEqualTo(groupSequence);
            assertThat(message.timeToLiveMs()).as(as).isEqualTo(timeToLiveMs);
            assertThat(message.creationTimeMs()).as(as).isEqualTo(creationTimeMs);
            assertThat(message.deliveryDelayMs()).as(as).isEqualTo(deliveryDelayMs);
            assertThat(message.durable()).as(as).isEqualTo(durable);
            assertThat(message.priority()).as(as).isEqualTo(priority);
            assertThat(message.bodyKind()).as(as).isEqualTo(bodyKind);
            assertThat(message.body()).as(as).isEqualTo(ByteBuffer.wrap(body));
            assertThat(message.properties().keySet()).as(as).containsExactlyElementsOf(properties.keySet());
            properties.forEach((name, value) -> {
                assertThat(message.property(name)).as(as).isEqualTo(value);
                assertThat(message.properties().get(name)).as(as).isEqualTo(value);
            });
        }
    }
}
