/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A volatile message whose time is over before the transaction that sent it is on disk. */
@Tag("N10")
@Tag("T5")
class VolatileExpiryTest extends OnePartition {

    @BeforeEach
    void deadLetterWhatExpires() {
        QueueDescription queue =
                QueueDescription.builder("q").deadLetterOnExpiry(true).build();
        partition.define(new Partition.Entity(new EntityDefinition(ENTITY, 2, queue), flags));
        run();
    }

    private static Message message(boolean durable) {
        return Message.builder()
                .body(BodyKind.BYTES, new byte[1])
                .durable(durable)
                .timeToLiveMs(durable ? 0 : 10)
                .build();
    }

    @Test
    void isNotSeenInTheDeadLetterQueueBeforeThat() {
        TestSubscriber subscriber =
                new TestSubscriber(flags.deadLetterQueue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
        subscriber.want(1);
        partition.subscribe(ENTITY, true, subscriber);
        noted(
                "committed",
                partition.commit(
                        new TransactionWork(
                                List.of(new Submission(ENTITY, message(true)), new Submission(ENTITY, message(false))),
                                List.of(),
                                List.of()),
                        false));
        runtime.advance(Duration.ofSeconds(1));
        runtime.runUntilIdle();
        assertThat(answers).isEmpty();
        assertThat(subscriber.received).isEmpty();

        run();
        assertThat(answers).containsExactly("committed");
        assertThat(subscriber.received).hasSize(1);
        assertThat(subscriber.received.get(0).deadLetterReason()).isEqualTo("TTLExpiredException");
    }
}
