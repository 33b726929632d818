/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What entities may do besides holding messages: limits and bytes. */
final class EntityOptionsTest {

    private static QueueDescription.Builder queue() {
        return QueueDescription.builder("q");
    }

    @Nested
    class Bytes {
        private static final String EVERYTHING = "02" // format
                + "01" // queue
                + "0000000000000007" // id
                + "00000001" // version
                + "00" // flags
                + "00000000" // home partition
                + "000000000000ea60" // lock duration
                + "0000000a" // max delivery count
                + "7fffffffffffffff" // default time to live
                + "0000000040000000" // max size
                + "00040000" // max message
                + "0001" + "71" // q
                + "02" + "00000008" + "0000000000004e20" // window of 20 s
                + "03" + "00000001" + "61" // forward to a
                + "04" + "00000001" + "62" // forward dead letters to b
                + "05" + "00000008" + "00000000000493e0" // after 5 min
                + "06" + "00000001" + "02" // send disabled
                + "07" + "00000010" + "00000000000003e8" + "000000000000ea60" // 1 s to 1 min
                + "0a" + "00000002" + "c3bc"; // ü

        private final EntityDefinition everything = new EntityDefinition(
                7,
                1,
                queue().duplicateDetectionWindow(Duration.ofSeconds(20))
                        .forwardTo("a")
                        .forwardDeadLetteredMessagesTo("b")
                        .autoDeleteOnIdle(Duration.ofMinutes(5))
                        .status(EntityStatus.SEND_DISABLED)
                        .abandonBackOff(new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(1)))
                        .userMetadata("\u00FC")
                        .build());

        @Test
        void areWritten() {
            assertThat(HexFormat.of().formatHex(everything.encode())).isEqualTo(EVERYTHING);
        }

        @Test
        void areRead() {
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(HexFormat.of().parseHex(EVERYTHING))))
                    .isEqualTo(everything);
        }

        @Test
        void ofASubscriptionAreReadAsTheyWereWritten() {
            EntityDefinition topic = new EntityDefinition(1, 1, TopicDescription.of("t"));
            EntityDefinition subscription = new EntityDefinition(
                    2,
                    1,
                    SubscriptionDescription.builder("t", "s")
                            .sessionRequired(true)
                            .deadLetterOnFilterError(true)
                            .options(EntityOptions.NONE.toBuilder()
                                    .defaultRule(false)
                                    .sessionRequired(true)
                                    .build())
                            .build(),
                    topic);
            assertThat(EntityDefinition.decode(ByteBuffer.wrap(subscription.encode())))
                    .isEqualTo(subscription);
        }

        @Test
        void ofANewerProgramAreRefused() {
            byte[] unknown = HexFormat.of().parseHex(EVERYTHING + "0b00000000");
            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(unknown)))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("tag 11");
        }

        @Test
        void twiceTheSameAreRefused() {
            byte[] twice = HexFormat.of().parseHex(EVERYTHING + "0a00000000");
            assertThatThrownBy(() -> EntityDefinition.decode(ByteBuffer.wrap(twice)))
                    .isInstanceOf(MalformedContentException.class);
        }
    }

    @Nested
    class Limits {

        private static void refused(OptionsBuilder<?> builder, String why) {
            assertThatThrownBy(() -> build(builder))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining(why);
        }

        private static Object build(OptionsBuilder<?> builder) {
            if (builder instanceof QueueDescription.Builder queue) {
                return queue.build();
            }
            return builder instanceof TopicDescription.Builder topic
                    ? topic.build()
                    : ((SubscriptionDescription.Builder) builder).build();
        }

        @Test
        @Tag("U2")
        void theWindowHas20SecondsTo7Days() {
            refused(queue().duplicateDetectionWindow(Duration.ofSeconds(19)), "20 s");
            refused(queue().duplicateDetectionWindow(Duration.ofDays(7).plusMillis(1)), "7 days");
            assertThat(queue().duplicateDetectionWindow(Duration.ofDays(7))
                            .build()
                            .options()
                            .detectsDuplicates())
                    .isTrue();
        }

        @Test
        @Tag("W2")
        void idlenessLastsFiveMinutes() {
            refused(queue().autoDeleteOnIdle(Duration.ofMinutes(5).minusMillis(1)), "5 min");
            assertThat(queue().build().options().endsWhenIdle()).isFalse();
        }

        @Test
        @Tag("W1")
        void sessionEntitiesForwardNothing() {
            refused(queue().sessionRequired(true).forwardTo("a"), "requires sessions");
            refused(queue().temporary(true).forwardTo("a"), "temporary");
        }

        @Test
        void topicsHaveNoSessionsAndForwardNothing() {
            refused(TopicDescription.builder("t").sessionRequired(true), "no sessions");
            refused(TopicDescription.builder("t").forwardTo("a"), "forwards nothing");
            refused(
                    TopicDescription.builder("t").abandonBackOff(new BackOff(Duration.ZERO, Duration.ofSeconds(1))),
                    "back-off");
        }

        @Test
        void duplicatesAreDetectedByTheTopic() {
            refused(
                    SubscriptionDescription.builder("t", "s").duplicateDetectionWindow(Duration.ofMinutes(1)),
                    "by its topic");
            refused(queue().deadLetterOnFilterError(true), "only subscriptions");
        }

        @Test
        void metadataHas1024Characters() {
            refused(queue().userMetadata("x".repeat(1025)), "1024");
        }

        @Test
        @Tag("U1")
        @Tag("G1")
        void sessionsAndDetectionAreFixedAtCreation() {
            QueueDescription plain = queue().build();
            assertThatThrownBy(() ->
                            plain.checkChangeTo(queue().sessionRequired(true).build()))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("fixed");
            assertThatThrownBy(() -> plain.checkChangeTo(queue().duplicateDetectionWindow(EntityOptions.DEFAULT_WINDOW)
                            .build()))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("fixed");
        }
    }

    @Nested
    class BackingOff {

        @Test
        void doublesUpToItsMaximum() {
            BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(5));
            assertThat(backOff.delayMs(1)).isEqualTo(1_000);
            assertThat(backOff.delayMs(2)).isEqualTo(2_000);
            assertThat(backOff.delayMs(3)).isEqualTo(4_000);
            assertThat(backOff.delayMs(4)).isEqualTo(5_000);
            assertThat(backOff.delayMs(Integer.MAX_VALUE)).isEqualTo(5_000);
            assertThat(BackOff.NONE.delayMs(3)).isZero();
        }

        @Test
        void neverBeginsAboveItsMaximum() {
            assertThatThrownBy(() -> new BackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
