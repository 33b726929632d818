/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.redeployment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.EJBException;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A session bean that knows when it is being undeployed. A singleton, since GlassFish stops those before all message-driven beans, and
 * stateless ones before or after them. A bean of the server.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class Season {

    @Resource
    private SessionContext context;

    /** Makes the first file, and the second one when other calls of this bean are refused; then it returns. */
    public void outlast(Path begun, Path ended) throws IOException {
        Season itself = context.getBusinessObject(Season.class);
        Files.createFile(begun);
        try {
            await().pollInSameThread().atMost(60, SECONDS).until(itself::isOver);
        } catch (EJBException e) {
            Files.createFile(ended);
        }
    }

    public boolean isOver() {
        return false;
    }
}
