/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.SubscriptionFilter;
import io.peeklock.broker.entity.TopicDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.Batch;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.LoadReport.Finding;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a partition makes of the records of a topic and its subscriptions, in whatever order they come and whatever is
 * missing.
 *
 * <p>Not thread safe.
 */
class TopicLoadTest extends LoadFixture {
    private static final long TOPIC = 7;
    private static final long FIRST = 8;
    private static final long SECOND = 9;
    /** Records get their ids in this order. */
    private static final long TOPIC_RECORD = 1;

    private final EntityDefinition topic = new EntityDefinition(TOPIC, 1, TopicDescription.of("news"));
    private final Partition.Entity news = entity(topic);
    private final Partition.Entity first = subscription(FIRST, "first", SubscriptionFilter.ALL);
    private final Partition.Entity second = subscription(SECOND, "second", SubscriptionFilter.ALL);

    private static Partition.Entity entity(EntityDefinition definition) {
        return new Partition.Entity(definition, EntityFlags.forPartitions(1));
    }

    private Partition.Entity subscription(long id, String name, SubscriptionFilter filter) {
        SubscriptionDescription description =
                SubscriptionDescription.builder("news", name).filter(filter).build();
        return entity(new EntityDefinition(id, 1, description, topic));
    }

    @BeforeEach
    void open() {
        start(List.of(news, first, second), SECOND);
    }

    private static Message message() {
        return Message.builder().body(BodyKind.BYTES, new byte[10]).build();
    }

    private long publish() {
        return get(partition.send(TOPIC, message()));
    }

    private long count(long entity) {
        return get(partition.count(entity)).active();
    }

    @Nested
    class Subscriptions {

        @Test
        void findTheirTopicInWhateverOrderTheyAreDefined() {
            publish();
            restart(List.of(second, news, first), SECOND);
            publish();
            assertThat(List.of(count(FIRST), count(SECOND))).containsExactly(2L, 2L);
        }

        @Test
        void takePartAlsoIfNothingOfThemWasThere() {
            restart(List.of(news, first), SECOND);
            publish();
            restart(List.of(news, second, first), SECOND);
            publish();
            assertThat(List.of(count(FIRST), count(SECOND))).containsExactly(2L, 1L);
        }

        @Test
        void whoseRecordsHaveMovedBehindTheirMessagesKeepThem() throws JournalException {
            long last = 0;
            for (int i = 0; i < Fragment.NUMBER_BLOCK + 10; i++) {
                last = publish();
            }
            partition.close();
            run();
            store.compact(0, 3);
            start(List.of(news, first, second), SECOND);
            assertThat(count(FIRST)).isEqualTo(Fragment.NUMBER_BLOCK + 10);
            assertThat(publish()).isEqualTo(last + 1);
        }

        @Test
        void thatWereDeletedWhileThePartitionWasOutAreEmptied() throws JournalException {
            publish();
            restart(List.of(news, first), SECOND);
            assertThat(findings()).isEmpty();
            publish();
            assertThat(count(FIRST)).isEqualTo(2);
            restart(List.of(), SECOND);
            assertThat(findings()).isEmpty();
            assertThat(recordIds()).isEmpty();
        }

        @Test
        void thatNobodyHasDefinedKeepTheirRecordsAndAreReported() throws JournalException {
            publish();
            List<Long> before = recordIds();
            restart(List.of(), 0);
            assertThat(findings()).hasSize(3);
            assertThat(findings())
                    .extracting(Finding::description)
                    .anyMatch(text -> text.contains("1 messages of subscription 'news/Subscriptions/first' (id 8)"))
                    .anyMatch(text -> text.contains("0 messages of topic 'news' (id 7)"));
            assertThat(recordIds()).isEqualTo(before);
            start(List.of(news, first, second), SECOND);
            assertThat(List.of(count(FIRST), count(SECOND))).containsExactly(1L, 1L);
        }

        @Test
        void giveBackWhatWasLockedWhenThePartitionIsReopened() {
            publish();
            TestSubscriber subscriber =
                    new TestSubscriber(first.flags().queue().requests(), ReceiveMode.PEEK_LOCK, null, 0);
            subscriber.want(2);
            partition.subscribe(FIRST, false, subscriber);
            run();
            assertThat(subscriber.received).hasSize(1);
            store.failNextAppend(0, JournalException.Reason.IO);
            CompletableFuture<Long> failed = partition.send(TOPIC, message());
            run();
            assertThat(failed.handle((number, failure) -> ((BrokerException) failure).code())
                            .join())
                    .isEqualTo(ErrorCode.OutcomeUnknown);
            assertThat(get(partition.reopen()).state()).isEqualTo(State.SERVING);
            run();
            assertThat(subscriber.received).extracting(Delivery::deliveryCount).containsExactly(0, 1);
            assertThat(count(SECOND)).isEqualTo(1);
        }
    }

    @Nested
    class Numbers {

        /** Its subscriptions show that there was one. */
        /** Where it was written it keeps every file after it, and the topic's messages lie in those of its subscriptions. */
        @Test
        @Tag("N1")
        void ofATopicMoveOnInTheJournalWithTheBytesOfWhatItGivesItsSubscriptions() throws JournalException {
            publish();
            int bytes = 100_000;
            long messages = Fragment.RECORD_MOVES_AFTER_BYTES / (2 * bytes) + 2;
            for (int i = 0; i < messages; i++) {
                partition.send(
                        TOPIC,
                        Message.builder().body(BodyKind.BYTES, new byte[bytes]).build());
            }
            run();
            assertThat(recordIds()).doesNotContain(TOPIC_RECORD);
            start(List.of(news, first, second), SECOND);
            assertThat(findings()).isEmpty();
            assertThat(publish()).isEqualTo(messages + 2);
        }

        @Test
        @Tag("N1")
        void ofATopicWhoseRecordIsLostDoNotComeTwice() throws JournalException {
            long last = publish();
            tamper(new Batch().remove(TOPIC_RECORD));
            start(List.of(news, first, second), SECOND);
            assertThat(publish()).isGreaterThan(last);
            restart(List.of(news, first, second), SECOND);
            assertThat(publish()).isGreaterThan(last + 1);
        }
    }

    @Nested
    class AFilter {

        /** A newer program may have stored it; nobody knows whom the message would be kept from. */
        @Test
        @Tag("R4")
        void thatCannotBeReadRefusesWhatIsSent() {
            Partition.Entity strange = subscription(10, "strange", SubscriptionFilter.of("a = 1 NEWLY b"));
            restart(List.of(news, first, strange), 10);
            CompletableFuture<Long> sent = partition.send(TOPIC, message());
            run();
            BrokerException refusal =
                    (BrokerException) sent.handle((number, failure) -> failure).join();
            assertThat(refusal.code()).isEqualTo(ErrorCode.InvalidOperation);
            assertThat(refusal).hasMessageContaining("the filter of news/Subscriptions/strange cannot be read");
            assertThat(count(FIRST)).isZero();
            partition.drop(10);
            publish();
            assertThat(count(FIRST)).isEqualTo(1);
        }
    }
}
