/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import static io.peeklock.systemtests.conformance.Provider.deliveryCount;
import static io.peeklock.systemtests.conformance.Provider.take;
import static io.peeklock.systemtests.conformance.Provider.takeTexts;
import static io.peeklock.systemtests.conformance.Provider.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Section 6.2.7, transactions of a session. On partitioned queues they work in one partition at a time: the messages have
 * one key.
 */
@Tag("JMS-6.2.7")
final class Chapter6TransactionsTest extends ProviderTestCase {

    private Session session;

    @BeforeEach
    void open() throws JMSException {
        session = provider.session(Session.SESSION_TRANSACTED);
    }

    @Nested
    class Commit {

        @InOnePartition
        void sendsAndAcknowledgesTogether(EntityKind kind) throws JMSException {
            provider.send(kind, "in");
            Queue replies = provider.queue(kind, "replies");
            take(session.createConsumer(provider.queue(kind)));
            session.createProducer(replies).send(provider.text(kind, "out"));
            assertThat(provider.drain(replies)).as("before the commit").isEmpty();
            session.commit();
            assertThat(provider.drain(replies)).containsExactly("out");
            session.close();
            assertThat(provider.drain(kind)).isEmpty();
        }

        @InOnePartition
        void showsItsMessagesInTheOrderOfTheSends(EntityKind kind) throws JMSException {
            MessageProducer producer = session.createProducer(provider.queue(kind));
            for (String text : Provider.numbered("m", 20)) {
                producer.send(provider.text(kind, text));
            }
            session.commit();
            assertThat(provider.drain(kind)).isEqualTo(Provider.numbered("m", 20));
        }

        @InOnePartition
        void beginsTheNextTransaction(EntityKind kind) throws JMSException {
            MessageProducer producer = session.createProducer(provider.queue(kind));
            producer.send(provider.text(kind, "first"));
            session.commit();
            producer.send(provider.text(kind, "second"));
            session.rollback();
            producer.send(provider.text(kind, "third"));
            session.commit();
            assertThat(provider.drain(kind)).containsExactly("first", "third");
        }
    }

    @Nested
    class Rollback {

        @InOnePartition
        void destroysWhatWasSentAndRecoversWhatWasReceived(EntityKind kind) throws JMSException {
            provider.send(kind, "a", "b", "c");
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            assertThat(takeTexts(consumer, 2)).containsExactly("a", "b");
            session.createProducer(provider.queue(kind)).send(provider.text(kind, "never"));
            session.rollback();
            for (String text : new String[] {"a", "b"}) {
                Message again = take(consumer);
                assertThat(textOf(again)).isEqualTo(text);
                assertThat(again.getJMSRedelivered()).isTrue();
                assertThat(deliveryCount(again)).isEqualTo(2);
            }
            Message fresh = take(consumer);
            assertThat(textOf(fresh)).isEqualTo("c");
            assertThat(fresh.getJMSRedelivered()).isFalse();
            session.commit();
            assertThat(provider.drain(kind)).isEmpty();
        }

        @InOnePartition
        @Tag("JMS-8.8")
        void takesInWhatAClosedConsumerHadReceived(EntityKind kind) throws JMSException {
            provider.send(kind, "a");
            MessageConsumer consumer = session.createConsumer(provider.queue(kind));
            take(consumer);
            consumer.close();
            assertThat(provider.drain(kind)).as("before the rollback").isEmpty();
            session.rollback();
            assertThat(provider.drain(kind)).containsExactly("a");
        }
    }

    @Nested
    class SeveralQueues {

        @InOnePartition
        void areOneUnitOfWork(EntityKind kind) throws JMSException {
            Queue first = provider.queue(kind, "first");
            Queue second = provider.queue(kind, "second");
            for (boolean commit : new boolean[] {false, true}) {
                session.createProducer(first).send(provider.text(kind, "a"));
                session.createProducer(second).send(provider.text(kind, "b"));
                if (commit) {
                    session.commit();
                } else {
                    session.rollback();
                }
                assertThat(provider.drain(first)).hasSize(commit ? 1 : 0);
                assertThat(provider.drain(second)).hasSize(commit ? 1 : 0);
            }
        }
    }

    @Nested
    class SpreadQueues {

        /** What does not hold there is refused where it is asked for, and nothing is half done. */
        @Test
        @Tag("P9")
        void refuseAKeyOfAnotherPartitionAndTheTransactionGoesOn() throws JMSException {
            Queue queue = provider.queue(EntityKind.SPREAD);
            MessageProducer producer = session.createProducer(queue);
            Message first = provider.text(EntityKind.ONE_KEY, "a");
            producer.send(first);
            int refused = 0;
            for (int i = 0; i < 16; i++) {
                Message other = provider.text(EntityKind.SPREAD, "other key");
                other.setStringProperty("JMS_SB_PartitionKey", "key-" + i);
                try {
                    producer.send(other);
                } catch (IllegalStateException e) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            session.commit();
            assertThat(provider.drain(EntityKind.SPREAD)).hasSize(17 - refused).contains("a");
        }
    }

    @Nested
    @Tag("JMS-10.3")
    class WithoutTransaction {

        @Test
        void commitAndRollbackAreRefused() throws JMSException {
            Session other = provider.session(Session.AUTO_ACKNOWLEDGE);
            assertThatThrownBy(other::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(other::rollback).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void recoverBelongsToTheOthers() {
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
        }
    }
}
