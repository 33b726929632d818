/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSContext;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several adapters of one JVM, each in a class loader of its own, as with several archives in one server. */
final class SharingTest {

    @TempDir
    Path directory;

    private String url;
    private DeployedAdapter first;
    private DeployedAdapter second;

    @BeforeEach
    void deploy() throws Exception {
        url = "peeklock:file:" + directory.resolve("bus") + "?partitions=2";
        first = deploy(url);
        second = deploy(url);
    }

    @AfterEach
    void undeploy() throws Exception {
        first.close();
        second.close();
    }

    private static DeployedAdapter deploy(String url) throws Exception {
        List<Path> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry));
        }
        return DeployedAdapter.deploy(classPath, url);
    }

    @Test
    void adaptersOfTwoClassLoadersShareADirectory() {
        first.call("send", "tea");
        assertThat(second.call("receive")).isEqualTo("tea");
        second.call("send", "coffee");
        assertThat(first.call("receive")).isEqualTo("coffee");
    }

    @Test
    void andANamespaceInMemory() throws Exception {
        String memory = "peeklock:mem:" + UUID.randomUUID();
        try (DeployedAdapter one = deploy(memory);
                DeployedAdapter other = deploy(memory)) {
            one.call("send", "tea");
            assertThat(other.call("receive")).isEqualTo("tea");
        }
    }

    @Test
    void theirResourcesAreOfOneManager() throws Exception {
        first.call("send", "tea");
        XAResource one = (XAResource) first.call("resource");
        XAResource other = (XAResource) second.call("resource");
        areTheSame(one, other);
        one.setTransactionTimeout(60); // opens its session
        areTheSame(one, other);
        other.setTransactionTimeout(60);
        areTheSame(one, other);
    }

    private static void areTheSame(XAResource one, XAResource other) throws XAException {
        assertThat(one.isSameRM(other)).isTrue();
        assertThat(other.isSameRM(one)).isTrue();
    }

    /** As GlassFish does, which knows of one resource manager, and has the first resource alone roll back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("X5")
    void aRollbackEndsTheWorkOfAllThatShareTheBranch(boolean byTheOwner) throws Exception {
        first.call("send", "tea");
        DeployedAdapter begins = byTheOwner ? first : second;
        DeployedAdapter joins = byTheOwner ? second : first;
        begins.call("begin");
        assertThat(begins.call("receive")).isEqualTo("tea");
        XAResource joined = (XAResource) joins.call("resource");
        Xid xid = (Xid) begins.call("branch");
        joined.start(xid, XAResource.TMJOIN);

        begins.call("rollback");
        joined.end(xid, XAResource.TMSUCCESS);

        assertThat(joins.call("receive")).isEqualTo("tea");
    }

    @Test
    void anotherTakesOverWhenTheFirstStops() throws Exception {
        first.call("send", "tea");
        second.call("hold");
        assertThat(second.call("use")).isEqualTo("fine");
        first.close();
        assertThat(second.call("destroyed")).isEqualTo(1);
        assertThat((String) second.call("use")).contains("taken this connection back");
        assertThat(second.call("receive")).isEqualTo("tea");
        first = deploy(url);
        first.call("send", "coffee");
        assertThat(second.call("receive")).isEqualTo("coffee");
    }

    @Test
    void theStopOfAFollowerDisturbsNobody() throws Exception {
        first.call("hold");
        second.call("send", "tea");
        second.close();
        assertThat(first.call("use")).isEqualTo("fine");
        assertThat(first.call("receive")).isEqualTo("tea");
        second = deploy(url);
    }

    @Test
    @Tag("X5")
    void whatAnotherHasPreparedOutlivesTheFirst() throws Exception {
        first.call("send", "warm");
        assertThat(first.call("receive")).isEqualTo("warm");
        second.call("begin");
        second.call("send", "tea");
        second.call("prepare");
        first.close();
        assertThat(second.call("recover")).isEqualTo(1);
        second.call("commit");
        assertThat(second.call("recover")).isEqualTo(0);
        first = deploy(url);
        assertThat(first.call("receive")).isEqualTo("tea");
    }

    @Test
    void thelockIsFreeWhenAllHaveStopped() throws Exception {
        first.call("send", "tea");
        second.call("hold");
        first.call("begin");
        first.call("send", "prepared");
        first.call("prepare");
        try (PeeklockConnectionFactory outside = new PeeklockConnectionFactory(url)) {
            assertThatThrownBy(outside::createConnection).hasMessageContaining("in use");
            first.close();
            second.close();
            try (JMSContext context = outside.createContext()) {
                assertThat(context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 5_000))
                        .isEqualTo("tea");
            }
        }
        first = deploy(url);
        second = deploy(url);
    }

    /** Also where it finds nothing, and nobody has used the store. */
    @Test
    void aScanOfRecoveryHoldsTheStoreUntilTheAdapterStops() throws Exception {
        String withoutLinger = "peeklock:file:" + directory.resolve("recovered") + "?partitions=2&linger=0";
        try (PeeklockConnectionFactory outside = new PeeklockConnectionFactory(withoutLinger)) {
            try (DeployedAdapter adapter = deploy(withoutLinger)) {
                assertThat(adapter.call("recover")).isEqualTo(0);
                assertThatThrownBy(outside::createConnection).hasMessageContaining("in use");
            }
            outside.createConnection().close();
        }
    }

    @Test
    void whileAdaptersComeAndGoNothingIsLost() throws Exception {
        ExecutorService servers = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> sent = new ArrayList<>();
            for (int server = 0; server < 3; server++) {
                sent.add(servers.submit(() -> comeAndGo(6)));
            }
            int all = 0;
            for (Future<Integer> each : sent) {
                all += each.get(5, TimeUnit.MINUTES);
            }
            for (int i = 0; i < all; i++) {
                assertThat(first.call("receive")).as("message %d of %d", i, all).isNotNull();
            }
        } finally {
            servers.shutdown();
            Awaitility.await().until(servers::isTerminated);
        }
    }

    /** Each round a new adapter sends until it has sent three; those that failed were not sent. */
    private int comeAndGo(int rounds) throws Exception {
        int sent = 0;
        for (int round = 0; round < rounds; round++) {
            try (DeployedAdapter adapter = deploy(url)) {
                for (int tries = 0, done = 0; done < 3 && tries < 20; tries++) {
                    try {
                        adapter.call("send", "message");
                        done++;
                    } catch (RuntimeException | AssertionError e) {
                        // The owner was stopped below it.
                        continue;
                    }
                    sent++;
                }
            }
        }
        return sent;
    }
}
