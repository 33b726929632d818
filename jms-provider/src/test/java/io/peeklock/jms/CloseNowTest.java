/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.lang.Thread.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A factory that does not wait for branches, and the broker on disk behind it. */
@Tag("X5")
class CloseNowTest {

    @TempDir
    Path directory;

    private String url;
    private PeeklockXAConnectionFactory factory;

    @BeforeEach
    void open() {
        url = "peeklock:file:" + directory.resolve("bus") + "?partitions=2";
        factory = new PeeklockXAConnectionFactory(url);
    }

    private boolean isOpen() {
        return BrokerRegistry.ofThisClassLoader().isOpen(new StoreAddress(ConnectionFactorySettings.parse(url)));
    }

    /** Sends in a branch, which its session leaves open or prepared when it is closed. */
    private Xid leaveBranch(String text, boolean prepared) throws Exception {
        Xid xid = XABranches.newXid();
        try (XAConnection connection = factory.createXAConnection()) {
            XASession session = connection.createXASession();
            XAResource resource = session.getXAResource();
            resource.start(xid, XAResource.TMNOFLAGS);
            session.createProducer(session.createQueue("orders")).send(session.createTextMessage(text));
            if (prepared) {
                resource.end(xid, XAResource.TMSUCCESS);
                resource.prepare(xid);
            }
        }
        return xid;
    }

    private static Thread started(Runnable task) {
        Thread thread = new Thread(task);
        thread.start();
        return thread;
    }

    @Test
    void whatIsOpenIsRolledBackAndWhatIsPreparedWaits() throws Exception {
        leaveBranch("open", false);
        Xid prepared = leaveBranch("prepared", true);
        factory.close();
        assertThat(isOpen()).as("a close waits for branches").isTrue();

        factory = new PeeklockXAConnectionFactory(url);
        leaveBranch("open too", false);
        factory.closeNow();
        assertThat(isOpen()).isFalse();

        factory = new PeeklockXAConnectionFactory(url);
        try (RecoveryResource recovery = factory.createRecoveryResource()) {
            assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
            recovery.commit(prepared, false);
        }
        try (JMSContext context = factory.createContext()) {
            var consumer = context.createConsumer(context.createQueue("orders"));
            assertThat(consumer.receiveBody(String.class, 5_000)).isEqualTo("prepared");
            assertThat(consumer.receiveNoWait()).isNull();
        }
        factory.close();
    }

    @Test
    void othersKeepTheirBroker() throws Exception {
        leaveBranch("open", false);
        try (PeeklockConnectionFactory other = new PeeklockConnectionFactory(url);
                JMSContext context = other.createContext()) {
            factory.closeNow();
            assertThat(isOpen()).isTrue();
            context.createProducer().send(context.createQueue("orders"), "still there");
        }
        try (PeeklockXAConnectionFactory last = new PeeklockXAConnectionFactory(url)) {
            last.createXAConnection().close();
            last.closeNow();
        }
        assertThat(isOpen()).isFalse();
    }

    /** Whose context closes its connection on a thread of its own, as another adapter's pool does. */
    @Test
    void waitsForAConnectionThatAnotherThreadIsClosing() throws Exception {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        JMSContext context = factory.createContext();
        context.createProducer().send(context.createQueue("orders"), "tea");
        context.createConsumer(context.createQueue("orders")).setMessageListener(message -> {
            atWork.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        atWork.await();
        Thread closing = started(context::close);
        await().until(() -> closing.getState() == State.WAITING || closing.getState() == State.TIMED_WAITING);
        Thread ending = started(() -> factory.closeNow(Duration.ofDays(1)));
        await().until(() -> EnumSet.of(State.TIMED_WAITING, State.TERMINATED).contains(ending.getState()));
        assertThat(ending.isAlive()).isTrue();
        assertThat(isOpen()).isTrue();

        goOn.countDown();

        ending.join(30_000);
        assertThat(ending.isAlive()).isFalse();
        assertThat(isOpen()).isFalse();
        closing.join();
    }

    @Test
    void whoDoesNotCloseAConnectionKeepsNobodyFromTheStore() throws Exception {
        XAConnection connection = factory.createXAConnection();
        XASession session = connection.createXASession();
        factory.closeNow(Duration.ZERO);
        assertThat(isOpen()).isFalse();
        assertThatThrownBy(() ->
                        session.createProducer(session.createQueue("orders")).send(session.createMessage()))
                .isInstanceOf(JMSException.class);
        try (PeeklockConnectionFactory next = new PeeklockConnectionFactory(url);
                JMSContext context = next.createContext()) {
            connection.close();
            context.createProducer().send(context.createQueue("orders"), "tea");
        }
    }

    @Test
    void allUrlsOfAStoreHaveItsName() {
        PeeklockXAConnectionFactory same =
                new PeeklockXAConnectionFactory("peeklock:file:" + directory.resolve("x/../bus") + "?linger=0s");
        assertThat(same.storeName()).isEqualTo(factory.storeName());
        assertThat(new PeeklockXAConnectionFactory("peeklock:mem:a?partitions=2").storeName())
                .isEqualTo(new PeeklockXAConnectionFactory("peeklock:mem:a").storeName())
                .isNotEqualTo(factory.storeName());
    }
}
