/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.JMSContext;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.nio.file.Path;
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
