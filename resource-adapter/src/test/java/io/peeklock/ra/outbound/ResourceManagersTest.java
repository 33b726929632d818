/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.ra.TestServer;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which connections a transaction manager takes for one resource manager, when it enlists them and when it recovers. */
@Tag("X5")
class ResourceManagersTest {

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(url("bus"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String url(String store) {
        return "peeklock:file:" + directory.resolve(store);
    }

    /** @param user with the password; null for nobody */
    private XAResource resource(String store, String options, @Nullable String user) throws Exception {
        PeeklockManagedConnectionFactory factory = server.managedFactory();
        factory.setUrl(url(store) + options);
        if (user != null) {
            factory.setUserName(user.split(":")[0]);
            factory.setPassword(user.split(":")[1]);
        }
        return factory.createManagedConnection(null, null).getXAResource();
    }

    @ParameterizedTest
    @CsvSource({
        "bus,,alice:a,true",
        "bus,?linger=20s,alice:a,true",
        "bus,,bob:a,false",
        "bus,,alice:b,false",
        "bus,,,false",
        "bus,?user=alice&password=a,,true",
        "bus,?user=bob&password=b,alice:a,true",
        "other,,alice:a,false"
    })
    void areTheSameForOneStoreAndUser(String store, @Nullable String options, @Nullable String user, boolean isSame)
            throws Exception {
        XAResource one = resource("bus", "", "alice:a");
        XAResource other = resource(store, options == null ? "" : options, user);
        assertThat(one.isSameRM(other)).isEqualTo(isSame);
        assertThat(other.isSameRM(one)).isEqualTo(isSame);
        assertThat(one.isSameRM(one)).isTrue();
        assertThat(directory).as("no session was opened").isEmptyDirectory();
    }

    @Test
    void areTheSameWhetherTheirSessionsAreOpenOrNot() throws Exception {
        XAResource one = resource("bus", "", null);
        XAResource other = resource("bus", "", null);
        one.setTransactionTimeout(60); // opens its session
        assertThat(one.isSameRM(other)).isTrue();
        assertThat(other.isSameRM(one)).isTrue();
    }

    @Test
    void areTheSameAsTheResourceOfTheirRecovery() throws Exception {
        XAResource one = resource("bus", "", null);
        XAResource recovery = server.adapter().bus().recoveryResource(url("bus"), null, null);
        XAResource elsewhere = server.adapter().bus().recoveryResource(url("elsewhere"), null, null);
        elsewhere.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        one.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        assertThat(one.isSameRM(recovery)).isTrue();
        assertThat(one.isSameRM(elsewhere)).isFalse();
    }
}
