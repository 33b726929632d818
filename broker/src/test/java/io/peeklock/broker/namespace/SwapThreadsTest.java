/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.LockToken;
import io.peeklock.broker.NamespaceConfig;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.ReceiveMode;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.ReceiverOptions;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.journal.JournalException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An interrupt on a thread inside a file closes it for all, and applications interrupt their threads: none of them reads,
 * writes, frees or deletes anything of a swap. The {@link TestBus} notices.
 */
final class SwapThreadsTest {
    private static final int MESSAGES = 40;
    private TestBus bus;

    /** Most contents lie in the swap, and an application's thread does the rest. */
    @BeforeEach
    void fill() {
        bus = TestBus.simulated(
                2, new NamespaceConfig(Profile.JMS, Duration.ofSeconds(60), true, false, 10_000, 64L << 20));
        bus.create(QueueDescription.builder("orders"));
        for (int i = 0; i < MESSAGES; i++) {
            bus.send(text(i));
        }
        bus.runtime.callFromApplication(true);
    }

    private static String text(int number) {
        return number + " ".repeat(1000);
    }

    @AfterEach
    void close() {
        bus.close();
        bus.store().checkSwapUse();
    }

    @Test
    void freeNothing() {
        for (int i = 0; i < MESSAGES; i++) {
            Delivery delivery = bus.take();
            assertThat(TestBus.textOf(delivery)).isEqualTo(text(i));
            bus.settle(delivery, Settlement.COMPLETE);
        }
        assertThat(bus.receive(TestBus.ORDERS)).isNull();
    }

    @Test
    void freeNothingForWhatIsReceivedAndDeleted() {
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(bus.receive(TestBus.ORDERS, ReceiverOptions.receiveAndDelete()))
                    .isNotNull();
        }
    }

    @Test
    void readNothingForAQueueThatForwardsFromNowOn() {
        EntityPath archive = EntityPath.queue("archive");
        bus.create(QueueDescription.builder("archive"));
        Receiver receiver = bus.namespace.openReceiver(TestBus.ORDERS, ReceiverOptions.peekLock());
        bus.run();
        bus.get(bus.namespace.updateQueue(
                QueueDescription.builder("orders").forwardTo("archive").build()));
        receiver.close();
        assertThat(bus.takeAll(archive)).hasSize(MESSAGES);
    }

    @Test
    void readNothingForFilters() {
        ReceiverOptions all = new ReceiverOptions(
                ReceiveMode.PEEK_LOCK,
                (message, redeliveries, changes) -> message.body().remaining() > 0,
                Duration.ZERO);
        assertReadsNothingWhatComesBack(bus.namespace.openReceiver(TestBus.ORDERS, all));
    }

    @Test
    void readNothingForSessions() {
        bus.runtime.callFromApplication(false);
        EntityPath path = EntityPath.queue("sessions");
        bus.create(QueueDescription.builder("sessions").sessionRequired(true));
        for (int i = 0; i < MESSAGES; i++) {
            bus.send(path, TestBus.text(text(i)).sessionId("s"));
        }
        bus.runtime.callFromApplication(true);
        assertReadsNothingWhatComesBack(bus.namespace.openReceiver(path, ReceiverOptions.peekLock()));
    }

    /** What is given back is served by the thread for which that has become durable. */
    private void assertReadsNothingWhatComesBack(Receiver receiver) {
        List<Delivery> deliveries = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            deliveries.add(bus.get(receiver.receive()));
        }
        CompletableFuture<Delivery> again = receiver.receive();
        bus.run();
        assertThat(again).isNotDone();
        Delivery middle = deliveries.get(MESSAGES / 2);
        bus.settle(middle, Settlement.ABANDON);
        assertThat(bus.get(again).sequenceNumber()).isEqualTo(middle.sequenceNumber());
        receiver.close();
    }

    /** The files go, but the thread that finds the journal broken does not delete them. */
    @Test
    void deleteNothingOfAPartitionThatFails() {
        LockToken token = bus.take().requireLockToken();
        bus.store().failNextAppend(token.partition(), Reason.IO);
        assertThat(bus.errorOf(bus.namespace.settle(token, Settlement.COMPLETE)))
                .isEqualTo(ErrorCode.OutcomeUnknown);
        bus.get(bus.namespace.reopen(token.partition()));
        assertThat(bus.takeAll(TestBus.ORDERS)).hasSize(MESSAGES);
    }

    @Test
    void deleteNothingAtTheEnd() {
        bus.take();
        bus = bus.restarted();
        assertThat(bus.takeAll(TestBus.ORDERS)).hasSize(MESSAGES);
    }
}
