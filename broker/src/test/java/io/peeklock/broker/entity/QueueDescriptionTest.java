/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Settings of queues: their defaults, their limits, what of them may change, and the limits of the profiles.
 *
 * <p>Has no state; any thread.
 */
final class QueueDescriptionTest {

    private static final long GIB = 1L << 30;

    private static QueueDescription.Builder queue() {
        return QueueDescription.builder("q");
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation))
                .hasMessageContaining("queue 'q': ");
    }

    @Nested
    class Defaults {

        @Test
        void areThoseOfTheRules() {
            assertThat(QueueDescription.of("q"))
                    .isEqualTo(new QueueDescription(
                            "q",
                            false,
                            0,
                            Duration.ofSeconds(60),
                            10,
                            QueueDescription.NO_LIMIT,
                            false,
                            1_073_741_824L,
                            262_144,
                            false,
                            EntityOptions.NONE));
        }
    }

    @Nested
    class Making {

        @Test
        @Tag("L3")
        void takesLocksOf1SecondTo5Minutes() {
            Duration second = Duration.ofSeconds(1);
            Duration fiveMinutes = Duration.ofMinutes(5);

            assertThat(queue().lockDuration(second).build().lockDuration()).isEqualTo(second);
            assertThat(queue().lockDuration(fiveMinutes).build().lockDuration()).isEqualTo(fiveMinutes);
            refused(() -> queue().lockDuration(second.minusNanos(1)).build()).hasMessageContaining("lock duration");
            refused(() -> queue().lockDuration(fiveMinutes.plusNanos(1)).build())
                    .hasMessageContaining("lock duration");
        }

        @Test
        @Tag("L12")
        void takesAtLeastOneDelivery() {
            assertThat(queue().maxDeliveryCount(1).build().maxDeliveryCount()).isEqualTo(1);
            refused(() -> queue().maxDeliveryCount(0).build()).hasMessageContaining("max delivery count 0");
        }

        @Test
        @Tag("T2")
        void takesATimeToLiveFromOneMillisecondToNoLimit() {
            assertThat(queue().defaultTimeToLive(Duration.ofNanos(1_999_999))
                            .build()
                            .defaultTimeToLive())
                    .isEqualTo(Duration.ofMillis(1));
            assertThat(queue().defaultTimeToLive(Duration.ofSeconds(Long.MAX_VALUE))
                            .build()
                            .defaultTimeToLive())
                    .isEqualTo(QueueDescription.NO_LIMIT);
            refused(() -> queue().defaultTimeToLive(Duration.ZERO).build()).hasMessageContaining("time to live");
            refused(() -> queue().defaultTimeToLive(Duration.ofMillis(-1)).build())
                    .hasMessageContaining("time to live");
        }

        @Test
        @Tag("P2")
        void takesASizeFrom1Mb() {
            assertThat(queue().maxSizeBytes(1 << 20).build().maxSizeBytes()).isEqualTo(1 << 20);
            refused(() -> queue().maxSizeBytes((1 << 20) - 1).build()).hasMessageContaining("size of 1048575");
            refused(() -> queue().maxSizeBytes(-1).build()).hasMessageContaining("size of -1");
        }

        @Test
        @Tag("Q1")
        void takesMessagesFrom1KbTo100Mb() {
            assertThat(queue().maxMessageBytes(1024).build().maxMessageBytes()).isEqualTo(1024);
            assertThat(queue().maxMessageBytes(104_857_600).build().maxMessageBytes())
                    .isEqualTo(104_857_600);
            refused(() -> queue().maxMessageBytes(1023).build()).hasMessageContaining("message limit of 1023");
            refused(() -> queue().maxMessageBytes(104_857_601).build())
                    .hasMessageContaining("message limit of 104857601");
        }

        @Test
        @Tag("P1")
        void takesAHomeOfUnpartitionedQueuesOnly() {
            assertThat(queue().homePartition(3).build().homePartition()).isEqualTo(3);
            refused(() -> queue().homePartition(-1).build()).hasMessageContaining("home partition -1");
            refused(() -> queue().partitioned(true).homePartition(3).build())
                    .hasMessageContaining("a partitioned one has none");
        }

        @Test
        @Tag("Q4")
        void checksTheName() {
            assertThatThrownBy(() -> QueueDescription.of("a/../b")).isInstanceOf(BrokerException.class);
        }
    }

    @Nested
    class ToBuilder {

        @Test
        void keepsEverySetting() {
            QueueDescription queue = new QueueDescription(
                    "q",
                    false,
                    7,
                    Duration.ofSeconds(30),
                    3,
                    Duration.ofMinutes(9),
                    true,
                    5 * GIB,
                    104_857_600,
                    false,
                    EntityOptions.NONE);

            assertThat(queue.toBuilder().build()).isEqualTo(queue);
            assertThat(queue.toBuilder()
                            .homePartition(0)
                            .partitioned(true)
                            .build()
                            .partitioned())
                    .isTrue();
        }
    }

    @Nested
    class Changing {

        @Test
        @Tag("P1")
        void ofThePartitioningIsRefused() {
            QueueDescription queue = QueueDescription.of("q");

            refused(() -> queue.checkChangeTo(
                            queue.toBuilder().partitioned(true).build()))
                    .hasMessageContaining("is not partitioned, which is fixed at creation");
            refused(() -> queue.toBuilder().partitioned(true).build().checkChangeTo(queue))
                    .hasMessageContaining("is partitioned, which is fixed at creation");
        }

        @Test
        @Tag("P1")
        void ofTheHomeIsRefused() {
            QueueDescription queue = QueueDescription.of("q");

            refused(() -> queue.checkChangeTo(queue.toBuilder().homePartition(1).build()))
                    .hasMessageContaining("cannot be moved to 1");
        }

        @Test
        void ofAllElseIsAllowed() {
            QueueDescription queue = QueueDescription.of("q");

            queue.checkChangeTo(queue.toBuilder()
                    .lockDuration(Duration.ofSeconds(5))
                    .maxDeliveryCount(1)
                    .defaultTimeToLive(Duration.ofDays(1))
                    .deadLetterOnExpiry(true)
                    .maxSizeBytes(2 * GIB)
                    .maxMessageBytes(1 << 20)
                    .build());
        }
    }

    @Nested
    @Tag("P2")
    class Limits {

        @Test
        void ofProfileAzureAre1To5GbByTheGb() {
            EntityLimits.AZURE.check(queue().maxSizeBytes(GIB).build());
            EntityLimits.AZURE.check(queue().maxSizeBytes(5 * GIB).build());
            refused(() -> EntityLimits.AZURE.check(queue().maxSizeBytes(6 * GIB).build()));
            refused(() -> EntityLimits.AZURE.check(queue().maxSizeBytes(GIB - 1).build()));
            refused(() -> EntityLimits.AZURE.check(queue().maxSizeBytes(GIB + 1).build()))
                    .hasMessageContaining("in steps of 1073741824");
        }

        @Test
        void ofProfileJmsAreAnySizeFrom1Mb() {
            EntityLimits.JMS.check(queue().maxSizeBytes((1 << 20) + 1).build());
            EntityLimits.JMS.check(queue().maxSizeBytes(Long.MAX_VALUE).build());
        }

        @Test
        @Tag("W5")
        void decideWhetherCaseCounts() {
            assertThat(EntityLimits.JMS.canonicalName("Orders")).isEqualTo("Orders");
            assertThat(EntityLimits.AZURE.canonicalName("Orders"))
                    .isEqualTo(EntityLimits.AZURE.canonicalName("oRDERS"));
            assertThat(EntityLimits.AZURE.canonicalName("\u00C4\u0130"))
                    .isEqualTo(EntityLimits.AZURE.canonicalName("\u00E4i"));
        }
    }
}
