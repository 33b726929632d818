/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.message.Message;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Which id of a message is its key.
 *
 * <p>Has no state; any thread.
 */
@Tag("P3")
final class PartitionKeysTest {

    @Nested
    class KeyOf {

        @Test
        void isTheSessionId() {
            Message message = Message.builder()
                    .sessionId("s")
                    .partitionKey("s")
                    .applicationMessageId("m")
                    .build();

            assertThat(PartitionKeys.keyOf(message, true)).contains("s");
        }

        @Test
        void isThePartitionKeyWithoutASessionId() {
            Message message = Message.builder()
                    .partitionKey("k")
                    .applicationMessageId("m")
                    .build();

            assertThat(PartitionKeys.keyOf(message, true)).contains("k");
        }

        @Test
        void isTheApplicationsMessageIdOnlyWhereDuplicatesAreDetected() {
            Message message = Message.builder().applicationMessageId("m").build();

            assertThat(PartitionKeys.keyOf(message, true)).contains("m");
            assertThat(PartitionKeys.keyOf(message, false)).isEmpty();
        }

        @Test
        @Tag("U6")
        void isNeverTheProvidersMessageId() {
            Message message = Message.builder().messageId("ID:1").build();

            assertThat(PartitionKeys.keyOf(message, true)).isEmpty();
        }

        @Test
        void mayBeEmptyText() {
            assertThat(PartitionKeys.keyOf(Message.builder().sessionId("").build(), false))
                    .contains("");
        }
    }

    @Nested
    class PartitionOf {

        @Test
        @Tag("P5")
        void isTheSameForTheSameKeyWhereverItStands() {
            int partition = PartitionHash.partitionOf("k-1", 16);

            assertThat(PartitionKeys.partitionOf(
                            Message.builder().sessionId("k-1").build(), false, 16))
                    .hasValue(partition);
            assertThat(PartitionKeys.partitionOf(
                            Message.builder().partitionKey("k-1").build(), false, 16))
                    .hasValue(partition);
            assertThat(PartitionKeys.partitionOf(
                            Message.builder().applicationMessageId("k-1").build(), true, 16))
                    .hasValue(partition);
        }

        @Test
        @Tag("P6")
        void isAnyWithoutAKey() {
            assertThat(PartitionKeys.partitionOf(Message.builder().build(), true, 16))
                    .isEmpty();
        }
    }
}
