/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages: what building refuses, and what they give back.
 *
 * <p>Has no state; any thread.
 */
final class MessageTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    /** One with all fields, properties and a body. */
    static Message.Builder full() {
        return Message.builder()
                .messageId("ID:1")
                .applicationMessageId("app-1")
                .correlationId("corr")
                .replyTo("answers")
                .to("orders")
                .label("order")
                .contentType("text/plain")
                .sessionId("s-7")
                .replyToSessionId("r-7")
                .partitionKey("s-7")
                .groupSequence(3)
                .timeToLiveMs(60_000)
                .creationTimeMs(1_700_000_000_000L)
                .durable(false)
                .priority(9)
                .property("colour", "blau\u00df")
                .property("count", 42)
                .property("ok", true)
                .body(BodyKind.TEXT, HELLO);
    }

    @Nested
    class Built {

        @Test
        void givesBackEveryField() {
            assertIsFull(full().build());
        }

        @Test
        void givesBackEveryFieldAfterDecoding() {
            assertIsFull(Message.decode(full().build().content()));
        }

        @Test
        void isTheSameFromABufferAsFromItsArray() {
            Message message = full().build();
            ByteBuffer buffer = ByteBuffer.allocate(message.sizeBytes() + 2);
            buffer.put((byte) 99);
            buffer.put(message.content());
            ByteBuffer encoded = buffer.flip().position(1).asReadOnlyBuffer();

            assertThat(Message.decode(encoded)).isEqualTo(message).hasSameHashCodeAs(message);
            assertThat(encoded.hasRemaining()).isFalse();
        }

        @Test
        void withoutAnythingHasDefaults() {
            for (Message message : new Message[] {
                Message.builder().build(),
                Message.decode(Message.builder().build().content())
            }) {
                assertThat(message.messageId()).isNull();
                assertThat(message.sessionId()).isNull();
                assertThat(message.correlationIdBytes()).isNull();
                assertThat(message.groupSequence()).isZero();
                assertThat(message.timeToLiveMs()).isZero();
                assertThat(message.deliveryDelayMs()).isZero();
                assertThat(message.durable()).isTrue();
                assertThat(message.priority()).isEqualTo(4);
                assertThat(message.properties()).isEmpty();
                assertThat(message.property("x")).isNull();
                assertThat(message.bodyKind()).isEqualTo(BodyKind.NONE);
                assertThat(message.body().hasRemaining()).isFalse();
                assertThat(message.propertiesBytes()).isZero();
            }
        }

        @Test
        void keepsItsContentWhenTheBuilderGoesOn() {
            Message.Builder builder = Message.builder().property("a", 1);
            Message first = builder.build();
            Message second = builder.property("a", 2).property("b", 3).build();

            assertThat(first.properties()).isEqualTo(Map.of("a", 1));
            assertThat(second.properties()).isEqualTo(Map.of("a", 2, "b", 3));
        }

        @Test
        void keepsTheCorrelationIdsBytesApartFromTheCallers() {
            byte[] id = {1, 2, 3};
            Message message = Message.builder().correlationIdBytes(id).build();
            id[0] = 9;

            assertThat(message.correlationIdBytes()).containsExactly(1, 2, 3);
        }

        @Test
        void handsOutABodyThatCannotBeWritten() {
            ByteBuffer body = full().build().body();

            assertThatThrownBy(() -> body.put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
        }

        @Test
        void handsOutPropertiesThatCannotBeChanged() {
            Map<String, Object> properties = full().build().properties();

            assertThatThrownBy(() -> properties.put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
        }

        @Test
        void showsNeitherBodyNorValuesInItsText() {
            assertThat(full().build()).hasToString("Message[TEXT, 131 bytes, of which body 5, non-persistent]");
        }

        private void assertIsFull(Message message) {
            assertThat(message.messageId()).isEqualTo("ID:1");
            assertThat(message.applicationMessageId()).isEqualTo("app-1");
            assertThat(message.correlationId()).isEqualTo("corr");
            assertThat(message.correlationIdBytes()).isNull();
            assertThat(message.replyTo()).isEqualTo("answers");
            assertThat(message.to()).isEqualTo("orders");
            assertThat(message.label()).isEqualTo("order");
            assertThat(message.contentType()).isEqualTo("text/plain");
            assertThat(message.sessionId()).isEqualTo("s-7");
            assertThat(message.replyToSessionId()).isEqualTo("r-7");
            assertThat(message.partitionKey()).isEqualTo("s-7");
            assertThat(message.groupSequence()).isEqualTo(3);
            assertThat(message.timeToLiveMs()).isEqualTo(60_000);
            assertThat(message.creationTimeMs()).isEqualTo(1_700_000_000_000L);
            assertThat(message.durable()).isFalse();
            assertThat(message.priority()).isEqualTo(9);
            assertThat(message.properties())
                    .containsExactly(Map.entry("colour", "blau\u00df"), Map.entry("count", 42), Map.entry("ok", true));
            assertThat(message.property("colour")).isEqualTo("blau\u00df");
            assertThat(message.property("ok")).isEqualTo(true);
            assertThat(message.property("Ok")).isNull();
            assertThat(message.bodyKind()).isEqualTo(BodyKind.TEXT);
            assertThat(message.body()).isEqualTo(ByteBuffer.wrap(HELLO));
        }
    }

    @Nested
    class Size {

        @Test
        @Tag("Q1")
        void countsEverything() {
            Message message = full().build();

            assertThat(message.sizeBytes()).isEqualTo(message.content().length);
        }

        @Test
        @Tag("Q2")
        void ofPropertiesCountsFieldsAndPropertiesButNotTheBody() {
            // Count; length, name, tag and int; nothing of the 100 bytes.
            int expected = 1 + (1 + 2 + 1 + 4);

            assertThat(Message.builder()
                            .property("ab", 7)
                            .body(BodyKind.BYTES, new byte[100])
                            .build()
                            .propertiesBytes())
                    .isEqualTo(expected);
            assertThat(Message.builder().property("ab", 7).label("xyz").build().propertiesBytes())
                    .isEqualTo(expected + 4);
        }
    }

    @Nested
    class Building {

        @Test
        @Tag("Q4")
        void refusesIdsOfMoreThan128CharactersByName() {
            String longest = "x".repeat(128);
            String tooLong = "x".repeat(129);

            assertThat(Message.builder().sessionId(longest).build().sessionId()).isEqualTo(longest);
            assertThat(Message.builder().partitionKey(longest).build().partitionKey())
                    .isEqualTo(longest);
            assertThat(Message.builder().applicationMessageId(longest).build().applicationMessageId())
                    .isEqualTo(longest);
            refused(Message.builder().sessionId(tooLong)).hasMessageStartingWith("session id has 129");
            refused(Message.builder().partitionKey(tooLong)).hasMessageStartingWith("partition key has 129");
            refused(Message.builder().applicationMessageId(tooLong))
                    .hasMessageStartingWith("application message id has");
            refused(Message.builder().messageId(tooLong)).hasMessageStartingWith("message id has 129");
            refused(Message.builder().replyToSessionId(tooLong)).hasMessageStartingWith("reply-to session id has");
        }

        @Test
        @Tag("P4")
        void refusesASessionIdAndAnotherPartitionKey() {
            refused(Message.builder().sessionId("a").partitionKey("b"))
                    .hasMessageContaining("session id and partition key differ");
        }

        @Test
        @Tag("P4")
        void takesASessionIdAndTheSamePartitionKey() {
            assertThat(Message.builder()
                            .sessionId("a")
                            .partitionKey("a")
                            .build()
                            .partitionKey())
                    .isEqualTo("a");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 10, 260})
        @Tag("N9")
        void refusesAPriorityThatIsNone(int priority) {
            refused(Message.builder().priority(priority)).hasMessageContaining("priority " + priority);
        }

        @Test
        void refusesANegativeTimeToLiveOrDelay() {
            refused(Message.builder().timeToLiveMs(-1)).hasMessageContaining("time to live -1 ms");
            refused(Message.builder().deliveryDelayMs(-1)).hasMessageContaining("delivery delay -1 ms");
        }

        @Test
        void refusesAPropertyWithoutName() {
            refused(Message.builder().property("", 1)).hasMessageContaining("no name");
        }

        @Test
        void refusesAPropertyOfAnotherTypeByName() {
            refused(Message.builder().property("when", new Date(0)))
                    .hasMessageContaining("'when' cannot be a java.util.Date");
        }

        @Test
        @SuppressWarnings("NullAway") // what a caller without null checks may do
        void refusesAPropertyThatIsNull() {
            refused(Message.builder().property("gone", null)).hasMessageContaining("'gone' is null");
        }

        @ParameterizedTest
        @EnumSource(
                value = BodyKind.class,
                names = {"NONE", "NULL_TEXT"})
        void refusesBytesWhereThereIsNoBody(BodyKind kind) {
            refused(Message.builder().body(kind, HELLO)).hasMessageContaining("kind " + kind);
            assertThat(Message.builder().body(kind, new byte[0]).build().bodyKind())
                    .isEqualTo(kind);
        }

        @Test
        void refusesTwoCorrelationIds() {
            refused(Message.builder().correlationId("a").correlationIdBytes(new byte[1]))
                    .hasMessageContaining("correlation id");
        }

        private AbstractThrowableAssert<?, ?> refused(Message.Builder builder) {
            return assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation));
        }
    }
}
